Feature: Forms of newer Cypher and GQL

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (:A {name: 'x', v: 1}), (:B {name: 'x', v: 2}), (:A:B {name: 'X', v: 3}), (:C {name: 7}), (:C)
      """

  Scenario: CASE compares its subject with several values and by other operators
    When executing query:
      """
      UNWIND [0, 1, 2, 3, null, 'x', 'yes'] AS v
      RETURN v, CASE v WHEN 1, 2 THEN 'low' WHEN > 2 THEN 'high' WHEN IS NULL THEN 'none' WHEN STARTS WITH 'y' THEN 'y'
                       WHEN IS :: STRING THEN 'text' ELSE 'other' END AS said
      """
    Then the result should be, in any order:
      | v     | said    |
      | 0     | 'other' |
      | 1     | 'low'   |
      | 2     | 'low'   |
      | 3     | 'high'  |
      | null  | 'none'  |
      | 'x'   | 'text'  |
      | 'yes' | 'y'     |

  Scenario: CASE with conditions stands in another and over groups
    When executing query:
      """
      MATCH (n) WHERE n.name IS NOT NULL
      RETURN n.name AS name, CASE count(*) WHEN > 1 THEN CASE n.name WHEN IN ['y'] THEN 1 WHEN =~ '[a-z]', 7 THEN 2 END ELSE 0 END AS c
      """
    Then the result should be, in any order:
      | name | c |
      | 'x'  | 2 |
      | 'X'  | 0 |
      | 7    | 0 |

  Scenario: The subject of CASE is evaluated once
    When executing query:
      """
      UNWIND range(1, 100) AS i WITH CASE rand() WHEN < 0.5 THEN 1 WHEN >= 0.5 THEN 1 END AS c RETURN count(c) AS n
      """
    Then the result should be, in any order:
      | n   |
      | 100 |

  Scenario: Nulls come first or last as asked for
    When executing query:
      """
      MATCH (n) WITH n.v AS v ORDER BY v NULLS FIRST WITH collect(coalesce(v, -1)) AS up
      MATCH (n) WITH up, n.v AS v ORDER BY v DESC NULLS LAST WITH up, collect(coalesce(v, -1)) AS down
      MATCH (n) WITH up, down, n.v AS v ORDER BY v NULLS LAST WITH up, down, collect(coalesce(v, -1)) AS usual
      RETURN up, down, usual
      """
    Then the result should be, in any order:
      | up                 | down               | usual              |
      | [-1, -1, 1, 2, 3]  | [3, 2, 1, -1, -1]  | [1, 2, 3, -1, -1]  |

  Scenario: Nulls first over groups and with LIMIT
    When executing query:
      """
      MATCH (m) RETURN DISTINCT m.v AS v, count(*) AS n ORDER BY m.v NULLS FIRST, count(*) DESC NULLS LAST LIMIT 2
      """
    Then the result should be, in order:
      | v    | n |
      | null | 2 |
      | 1    | 1 |

  Scenario: TRIM, NORMALIZE and IS NORMALIZED in words
    When executing query:
      """
      RETURN trim(BOTH 'x' FROM 'xxaxx') AS a, trim(LEADING FROM '  b') AS b, trim(TRAILING 'y' FROM 'xyy') AS c, trim('x' FROM 'xdx') AS d,
             normalize('ﬁ', NFKC) AS e, 'ﬁ' IS NFKC NORMALIZED AS f, 'ﬁ' IS NOT NORMALIZED AS g, 1 IS NORMALIZED AS h, null IS NOT NFD NORMALIZED AS i
      """
    Then the result should be, in any order:
      | a   | b   | c   | d   | e    | f     | g     | h    | i    |
      | 'a' | 'b' | 'x' | 'd' | 'fi' | false | false | null | null |

  Scenario: INF and NaN are numbers where no variable is called so
    When executing query:
      """
      WITH 1 AS nan RETURN nan, -inf < Infinity AS less, INF IS :: FLOAT AS float
      """
    Then the result should be, in any order:
      | nan | less | float |
      | 1   | true | true  |

  Scenario: NaN is not a name that WITH has dropped
    When executing query:
      """
      WITH 1 AS nan, 2 AS b WITH b RETURN nan
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Dynamic labels ask for all or any of a list
    And parameters are:
      | list | ['A', 'B'] |
    When executing query:
      """
      MATCH (n:$all($list)) WITH count(n) AS both MATCH (m:$any($list)) RETURN both, count(m) AS either, COUNT { (:$($list)) } AS plain
      """
    Then the result should be, in any order:
      | both | either | plain |
      | 1    | 3      | 1     |

  Scenario: Any of several labels cannot be made
    When executing query:
      """
      CREATE (:$any(['A', 'B']))
      """
    Then a SyntaxError should be raised at runtime: InvalidArgumentExpression

  Scenario: Hints to the planner are read over
    When executing query:
      """
      MATCH (a:A), (b:B) USING INDEX a:A(name) USING RANGE INDEX SEEK b:B(name, v) USING SCAN b:B USING JOIN ON a, b
      WHERE a.name = b.name RETURN a.v, b.v
      """
    Then the result should be, in any order:
      | a.v | b.v |
      | 1   | 2   |
      | 3   | 3   |

  Scenario: USE names the one graph there is
    When executing query:
      """
      USE neo4j MATCH (n) RETURN count(n) AS n
      """
    Then the result should be, in any order:
      | n |
      | 5 |

  Scenario: USE of another graph
    When executing query:
      """
      USE other MATCH (n) RETURN n
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario: ORDER BY, SKIP and LIMIT may stand by themselves
    When executing query:
      """
      MATCH (n) WHERE n.v IS NOT NULL ORDER BY n.v DESC LIMIT 2 WITH n.v AS v SKIP 1 UNWIND [v, v] AS w LIMIT 1 RETURN w
      """
    Then the result should be, in any order:
      | w |
      | 2 |

  Scenario: A query does not end with LIMIT
    When executing query:
      """
      MATCH (n) LIMIT 2
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: Only count takes a star
    When executing query:
      """
      MATCH (n) RETURN sum(*)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: Nodes are found by their exact names
    When executing query:
      """
      MATCH (n {name: 'x'}) WITH count(n) AS n MATCH (a:A) WHERE a.name IN ['X', 'x', 7, null] RETURN n, count(a) AS a, COUNT { (:C {name: 7}) } AS c
      """
    Then the result should be, in any order:
      | n | a | c |
      | 2 | 2 | 1 |

  Scenario: MERGE finds the names that the statement has made
    When executing query:
      """
      UNWIND ['x', 'new', 'new', 'Ｎew', ' new', '。', '。'] AS name MERGE (n:A {name: name}) RETURN count(DISTINCT n) AS n
      """
    Then the result should be, in any order:
      | n |
      | 5 |
    And the side effects should be:
      | +nodes      | 4 |
      | +properties | 4 |
