Feature: Subqueries

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:Person {name: 'A'})-[:KNOWS]->(b:Person {name: 'B'})-[:KNOWS]->(c:Person {name: 'C'}), (a)-[:KNOWS]->(c)
      """

  Scenario: COUNT counts matches
    When executing query:
      """
      MATCH (p:Person) RETURN p.name AS name, COUNT { (p)-[:KNOWS]->() } AS n
      """
    Then the result should be, in any order:
      | name | n |
      | 'A'  | 2 |
      | 'B'  | 1 |
      | 'C'  | 0 |

  Scenario: COLLECT collects a column
    When executing query:
      """
      MATCH (p:Person {name: 'A'}) RETURN COLLECT { MATCH (p)-[:KNOWS]->(q) RETURN q.name ORDER BY q.name DESC } AS names
      """
    Then the result should be, in any order:
      | names      |
      | ['C', 'B'] |

  Scenario: EXISTS with a condition
    When executing query:
      """
      MATCH (p:Person) WHERE EXISTS { (p)-[:KNOWS]->(q) WHERE q.name = 'B' } RETURN p.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'A'  |

  Scenario: CALL with imported variables
    When executing query:
      """
      MATCH (p:Person)
      CALL (p) {
        MATCH (p)-[:KNOWS]->(q)
        RETURN count(q) AS n
      }
      RETURN p.name AS name, n
      """
    Then the result should be, in any order:
      | name | n |
      | 'A'  | 2 |
      | 'B'  | 1 |
      | 'C'  | 0 |

  Scenario: CALL with WITH at its beginning
    When executing query:
      """
      MATCH (p:Person)
      CALL {
        WITH p
        MATCH (p)-[:KNOWS]->(q)
        RETURN q.name AS other
      }
      RETURN p.name AS name, other
      """
    Then the result should be, in any order:
      | name | other |
      | 'A'  | 'B'   |
      | 'A'  | 'C'   |
      | 'B'  | 'C'   |

  Scenario: OPTIONAL CALL keeps rows without results
    When executing query:
      """
      MATCH (p:Person)
      OPTIONAL CALL (p) {
        MATCH (p)-[:KNOWS]->(q) RETURN q.name AS other
      }
      WITH p.name AS name, other WHERE other IS NULL
      RETURN name, other
      """
    Then the result should be, in any order:
      | name | other |
      | 'C'  | null  |

  Scenario: UNION inside CALL
    When executing query:
      """
      CALL {
        RETURN 1 AS x
        UNION
        RETURN 2 AS x
        UNION
        RETURN 1 AS x
      }
      RETURN sum(x) AS total
      """
    Then the result should be, in any order:
      | total |
      | 3     |

  Scenario: CALL that writes keeps the rows
    When executing query:
      """
      UNWIND [1, 2] AS i
      CALL (i) { CREATE (:Made {i: i}) }
      RETURN i
      """
    Then the result should be, in any order:
      | i |
      | 1 |
      | 2 |
    And the side effects should be:
      | +nodes      | 2 |
      | +properties | 2 |
      | +labels     | 1 |

  Scenario: CALL in transactions
    When executing query:
      """
      UNWIND range(1, 10) AS i
      CALL (i) { CREATE (:Made {i: i}) } IN TRANSACTIONS OF 3 ROWS
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 10 |
      | +properties | 10 |
      | +labels     | 1  |

  Scenario: FOREACH writes for each element
    When executing query:
      """
      MATCH (p:Person {name: 'A'})
      FOREACH (i IN range(1, 3) | CREATE (p)-[:HAS]->(:Thing {i: i}) SET p.last = i)
      RETURN p.last AS last
      """
    Then the result should be, in any order:
      | last |
      | 3    |
    And the side effects should be:
      | +nodes         | 3 |
      | +relationships | 3 |
      | +properties    | 4 |
      | +labels        | 1 |

  Scenario: EXISTS and COUNT of a query without RETURN
    When executing query:
      """
      MATCH (p:Person)
      RETURN p.name AS name, EXISTS { MATCH (p)-[:KNOWS]->(q) WHERE q.name > p.name } AS e, COUNT { MATCH (p)--(q) WHERE q.name <> p.name } AS n
      """
    Then the result should be, in any order:
      | name | e     | n |
      | 'A'  | true  | 2 |
      | 'B'  | true  | 2 |
      | 'C'  | false | 2 |

  Scenario: A transaction that fails leaves its rows with nulls
    When executing query:
      """
      UNWIND [1, 2, 0, 4, 5] AS x
      CALL (x) { CREATE (n:Batch {v: 10 / x}) RETURN n.v AS v } IN TRANSACTIONS OF 2 ROWS ON ERROR CONTINUE REPORT STATUS AS s
      RETURN x, v, s.started AS started, s.committed AS committed, s.errorMessage IS NULL AS fine
      """
    Then the result should be, in any order:
      | x | v    | started | committed | fine  |
      | 1 | 10   | true    | true      | true  |
      | 2 | 5    | true    | true      | true  |
      | 0 | null | true    | false     | false |
      | 4 | null | true    | false     | false |
      | 5 | 2    | true    | true      | true  |
    And the side effects should be:
      | +nodes      | 3 |
      | +labels     | 1 |
      | +properties | 3 |

  Scenario: After a transaction that fails no other is started
    When executing query:
      """
      UNWIND [1, 0, 5] AS x
      CALL (x) { CREATE (:Batch {v: 10 / x}) } IN TRANSACTIONS OF 1 ROW ON ERROR BREAK REPORT STATUS AS s
      RETURN x, s.started AS started, s.committed AS committed
      """
    Then the result should be, in any order:
      | x | started | committed |
      | 1 | true    | true      |
      | 0 | true    | false     |
      | 5 | false   | false     |
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 1 |
      | +properties | 1 |

  Scenario: REPORT STATUS needs ON ERROR
    When executing query:
      """
      UNWIND [1] AS x CALL (x) { CREATE (:Batch) } IN TRANSACTIONS REPORT STATUS AS s RETURN s
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition
