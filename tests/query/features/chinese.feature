# language of the product: names without back quotes, in both directions
Feature: 中文名称

  Scenario: Labels, types, properties and variables in Chinese need no quotes
    Given an empty graph
    And having executed:
      """
      CREATE (甲:企业 {名称: '比亚迪', 成立: 1995})-[:供应 {金额: 3.5}]->(乙:企业:链主 {名称: '广汽集团'})
      """
    When executing query:
      """
      MATCH (上游:企业)-[供:供应]->(下游:链主)
      WHERE 上游.成立 < 2000 AND 下游.名称 CONTAINS '广汽'
      RETURN 上游.名称 AS 供应商, 下游, 供.金额 AS 金额
      """
    Then the result should be, in any order:
      | 供应商     | 下游                             | 金额  |
      | '比亚迪'   | (:企业:链主 {名称: '广汽集团'}) | 3.5 |

  Scenario: Parameters and maps in Chinese
    Given an empty graph
    And parameters are:
      | 城市 | '深圳' |
    When executing query:
      """
      WITH {地点: $城市} AS 条件
      CREATE (n:园区 {所在: 条件.地点})
      RETURN n.所在 AS 所在
      """
    Then the result should be, in any order:
      | 所在   |
      | '深圳' |

  Scenario: Lengths are counted in characters
    Given any graph
    When executing query:
      """
      RETURN size('链图') AS n, substring('产业链', 1, 1) AS 中, reverse('链图') AS 反
      """
    Then the result should be, in any order:
      | n | 中   | 反     |
      | 2 | '业' | '图链' |

  Scenario: An unknown name is an error with its word
    Given any graph
    When executing query:
      """
      MATCH (企业) RETURN 公司.名称
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable
