# Scenarios that must not pass: they hold the runner itself to account.
Feature: Wrong

  Scenario: An integer is not a float
    Given any graph
    When executing query:
      """
      RETURN 1 AS x
      """
    Then the result should be, in any order:
      | x   |
      | 1.0 |

  Scenario: A column of another name
    Given any graph
    When executing query:
      """
      RETURN 1 AS x
      """
    Then the result should be, in any order:
      | y |
      | 1 |

  Scenario: A row too many
    Given any graph
    When executing query:
      """
      UNWIND [1, 1] AS x
      RETURN x
      """
    Then the result should be, in any order:
      | x |
      | 1 |

  Scenario: Rows out of order
    Given any graph
    When executing query:
      """
      UNWIND [1, 2] AS x
      RETURN x
      """
    Then the result should be, in order:
      | x |
      | 2 |
      | 1 |

  Scenario: An error that does not come
    Given any graph
    When executing query:
      """
      RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: An error of another detail
    Given any graph
    When executing query:
      """
      RETURN y
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: An error that no step asks for
    Given any graph
    When executing query:
      """
      RETURN y
      """

  Scenario: A side effect that is not told
    Given any graph
    When executing query:
      """
      CREATE (:A)
      """
    Then the result should be empty
    And no side effects

  Scenario: A label that is missing
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MATCH (n) RETURN n
      """
    Then the result should be, in any order:
      | n              |
      | (:A:B {x: 1}) |

  Scenario: A path the other way round
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH p = (:A)--(:B) RETURN p
      """
    Then the result should be, in any order:
      | p                |
      | <(:A)<-[:T]-(:B)> |
