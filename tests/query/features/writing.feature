Feature: Writing beyond the TCK

  Scenario: A dynamic label and a dynamic property
    Given an empty graph
    And parameters are:
      | label | 'Park' |
      | key   | 'name' |
    When executing query:
      """
      CREATE (n:$($label))
      SET n[$key] = 'X'
      RETURN n
      """
    Then the result should be, in any order:
      | n                    |
      | (:Park {name: 'X'})  |

  Scenario: MERGE sees what earlier rows made
    Given an empty graph
    When executing query:
      """
      UNWIND ['a', 'b', 'a'] AS k
      MERGE (n:K {k: k})
      ON CREATE SET n.n = 1
      ON MATCH SET n.n = n.n + 1
      RETURN k, n.n AS n
      """
    Then the result should be, in order:
      | k   | n |
      | 'a' | 2 |
      | 'b' | 1 |
      | 'a' | 2 |
    And the side effects should be:
      | +nodes      | 2 |
      | +properties | 4 |
      | +labels     | 1 |

  Scenario: A statement that fails leaves nothing behind
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 0] AS x
      CREATE (:A {x: 1 / x})
      """
    Then a ArithmeticError should be raised at runtime: DivisionByZero
    And no side effects

  Scenario: Deleting a node that still has relationships
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:R]->(:B)
      """
    When executing query:
      """
      MATCH (a:A) DELETE a
      """
    Then a ConstraintVerificationFailed should be raised at runtime: DeleteConnectedNode

  Scenario: What is deleted is not matched later in the same query
    Given an empty graph
    And having executed:
      """
      CREATE (:A), (:A)
      """
    When executing query:
      """
      MATCH (a:A) DELETE a
      WITH count(*) AS deleted
      OPTIONAL MATCH (b:A)
      RETURN deleted, b
      """
    Then the result should be, in any order:
      | deleted | b    |
      | 2       | null |

  Scenario: A map with what no property can hold
    Given an empty graph
    When executing query:
      """
      CREATE (:A {x: {y: 1}})
      """
    Then a TypeError should be raised at runtime: InvalidPropertyType

  Scenario: Properties in the order of their names, whatever the order of the map
    Given an empty graph
    When executing query:
      """
      CREATE (n:A) SET n += {z: 1, a: 2, m: null} RETURN keys(n) AS keys
      """
    Then the result should be (ignoring element order for lists):
      | keys       |
      | ['a', 'z'] |

  Scenario: Setting a property to what it was
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MATCH (n:A) SET n.x = 1 RETURN n
      """
    Then the result should be, in any order:
      | n            |
      | (:A {x: 1})  |
    And no side effects
