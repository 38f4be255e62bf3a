# Patterns beyond openCypher's TCK: label expressions, inline WHERE, quantified patterns, selectors, path modes.
Feature: Paths

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:P {n: 'a'}), (b:P {n: 'b'}), (c:P:Q {n: 'c'}), (d:Q {n: 'd'}), (e {n: 'e'})
      CREATE (a)-[:R {w: 1}]->(b), (b)-[:R {w: 2}]->(c), (c)-[:R {w: 3}]->(a), (c)-[:S {w: 4}]->(d), (a)-[:S {w: 9}]->(d), (d)-[:R {w: 5}]->(e)
      """

  Scenario Outline: Label expressions
    When executing query:
      """
      MATCH (n<expression>) RETURN collect(n.n) AS names
      """
    Then the result should be (ignoring element order for lists):
      | names   |
      | <names> |

    Examples:
      | expression | names                     |
      | :P\|Q      | ['a', 'b', 'c', 'd']      |
      | :P&Q       | ['c']                     |
      | :P&!Q      | ['a', 'b']                |
      | :!P        | ['d', 'e']                |
      | :%         | ['a', 'b', 'c', 'd']      |
      | :!%        | ['e']                     |
      | :!(P\|Q)   | ['e']                     |

  Scenario: Type expressions
    When executing query:
      """
      MATCH (:P {n: 'c'})-[r:!S]->(m) RETURN m.n AS n, r.w AS w
      """
    Then the result should be, in any order:
      | n   | w |
      | 'a' | 3 |

  Scenario: Conditions inside a pattern
    When executing query:
      """
      MATCH (x WHERE x.n < 'c')-[r WHERE r.w > 1]->(y) RETURN x.n AS x, y.n AS y
      """
    Then the result should be, in any order:
      | x   | y   |
      | 'b' | 'c' |
      | 'a' | 'd' |

  Scenario: A quantified relationship
    When executing query:
      """
      MATCH p = (:P {n: 'a'})-[:R]->{2,3}(y) RETURN y.n AS y, length(p) AS l
      """
    Then the result should be, in any order:
      | y   | l |
      | 'c' | 2 |
      | 'a' | 3 |

  Scenario: A quantified group has lists of its variables
    When executing query:
      """
      MATCH (s {n: 'a'}) ((x)-[r:R]->(y) WHERE r.w < 3)+ (t) RETURN [i IN x | i.n] AS x, [i IN r | i.w] AS r, t.n AS t
      """
    Then the result should be, in any order:
      | x          | r      | t   |
      | ['a']      | [1]    | 'b' |
      | ['a', 'b'] | [1, 2] | 'c' |

  Scenario: A group that may be left out
    When executing query:
      """
      MATCH (s {n: 'e'}) ((x)-[:R]->(y)){0,2} (t) RETURN t.n AS t, size(x) AS n
      """
    Then the result should be, in any order:
      | t   | n |
      | 'e' | 0 |

  Scenario Outline: The shortest path as a function
    When executing query:
      """
      MATCH p = shortestPath((x {n: '<from>'})-[*]-(y {n: '<to>'})) RETURN length(p) AS l
      """
    Then the result should be, in any order:
      | l   |
      | <l> |

    Examples:
      | from | to | l |
      | a    | d  | 1 |
      | a    | e  | 2 |
      | b    | e  | 3 |

  Scenario: All shortest paths
    When executing query:
      """
      MATCH p = allShortestPaths((x {n: 'b'})-[*]-(y {n: 'd'})) RETURN [n IN nodes(p) | n.n] AS names
      """
    Then the result should be, in any order:
      | names           |
      | ['b', 'a', 'd'] |
      | ['b', 'c', 'd'] |

  Scenario: The shortest path for which a condition on the path holds
    When executing query:
      """
      MATCH p = shortestPath((x {n: 'a'})-[*]->(y {n: 'd'})) WHERE all(r IN relationships(p) WHERE r.w < 9) RETURN [r IN relationships(p) | r.w] AS w
      """
    Then the result should be, in any order:
      | w         |
      | [1, 2, 4] |

  Scenario Outline: Path selectors
    When executing query:
      """
      MATCH p = <selector> (x {n: 'a'})-[:R|S]->+(y {n: 'd'}) RETURN length(p) AS l
      """
    Then the result should be, in any order:
      | l |
      | 1 |

    Examples:
      | selector          |
      | SHORTEST 1        |
      | ALL SHORTEST      |
      | ANY SHORTEST      |
      | SHORTEST 1 GROUPS |

  Scenario: The two shortest paths
    When executing query:
      """
      MATCH p = SHORTEST 2 (x {n: 'a'})-[:R|S]->+(y {n: 'd'}) RETURN length(p) AS l
      """
    Then the result should be, in any order:
      | l |
      | 1 |
      | 3 |

  Scenario: A number of paths may be a parameter
    And parameters are:
      | k | 2 |
    When executing query:
      """
      MATCH p = SHORTEST $k (x {n: 'a'})-[:R|S]->+(y {n: 'd'}) RETURN count(p) AS n
      """
    Then the result should be, in any order:
      | n |
      | 2 |

  Scenario Outline: Path modes
    When executing query:
      """
      MATCH p = <mode> (x {n: 'a'})-[:R]->+(y) RETURN length(p) AS l
      """
    Then the result should be, in any order:
      | l |
      | 1 |
      | 2 |
      | 3 |

    Examples:
      | mode   |
      | TRAIL  |
      | SIMPLE |

  Scenario: Acyclic paths
    When executing query:
      """
      MATCH p = ACYCLIC (x {n: 'a'})-[:R]->+(y) RETURN length(p) AS l
      """
    Then the result should be, in any order:
      | l |
      | 1 |
      | 2 |

  Scenario: Relationships may come again where it is said
    When executing query:
      """
      MATCH REPEATABLE ELEMENTS p = (x {n: 'a'})-[:R]->{4}(y) RETURN y.n AS y
      """
    Then the result should be, in any order:
      | y   |
      | 'b' |

  Scenario: A pattern in parentheses with a condition
    When executing query:
      """
      MATCH p = ((x {n: 'a'})-[:R]->(y)-[:R]->(z) WHERE y.n <> z.n) RETURN x.n, y.n, z.n, length(p)
      """
    Then the result should be, in any order:
      | x.n | y.n | z.n | length(p) |
      | 'a' | 'b' | 'c' | 2         |

  Scenario: A condition in parentheses comes before the selection
    When executing query:
      """
      MATCH p = ANY SHORTEST ((x {n: 'a'})-[:R]->+(y) WHERE y.n = 'c') RETURN length(p) AS l
      """
    Then the result should be, in any order:
      | l |
      | 2 |

  Scenario: A pattern in parentheses is a path of its own
    When executing query:
      """
      MATCH ((x)-[:R]->(y))-[:R]->(z) RETURN x
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: Relationships of a list are followed from each row
    When executing query:
      """
      MATCH ()-[r:R]->() WITH [r] AS rs MATCH (x)-[rs*]->(y) RETURN x.n, y.n, rs = [r IN rs | r] AS same
      """
    Then the result should be, in any order:
      | x.n | y.n | same |
      | 'a' | 'b' | true |
      | 'b' | 'c' | true |
      | 'c' | 'a' | true |
      | 'd' | 'e' | true |

  Scenario: Steps read what is bound before
    When executing query:
      """
      UNWIND [1, 2, 7] AS wanted MATCH (x)-[:R*1..2 {w: wanted}]->(y) RETURN x.n, y.n, wanted
      """
    Then the result should be, in any order:
      | x.n | y.n | wanted |
      | 'a' | 'b' | 1      |
      | 'b' | 'c' | 2      |
