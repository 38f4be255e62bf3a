// two statements; the second has a semicolon in a text
MATCH (n:公司) SET n.seen = true;
MATCH (n:公司)
WHERE n.seen
RETURN n.名 + ';' AS name ORDER BY name;
