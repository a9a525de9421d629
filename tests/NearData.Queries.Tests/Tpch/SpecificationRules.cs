namespace NearData.Queries.Tests.Tpch;

/// <summary>
/// What TPC-H 4.2.3 says of each table, as SQL that counts what breaks it: every rule gives 0. The scale factor is
/// DuckDB's variable <c>sf</c>; money is compared in cents, so that no rule depends on floating point.
/// </summary>
internal static class SpecificationRules
{
    public static readonly (string Rule, string Violations)[] All =
    [
        ("region has the five names at keys 0 to 4", """
            SELECT count(*) FROM (VALUES (0, 'AFRICA'), (1, 'AMERICA'), (2, 'ASIA'), (3, 'EUROPE'), (4, 'MIDDLE EAST'))
              said(key, name)
            FULL JOIN region ON r_regionkey = key AND r_name = name WHERE key IS NULL OR r_regionkey IS NULL
            """),
        ("r_comment has 31 to 115 characters", "SELECT count(*) FROM region WHERE length(r_comment) NOT BETWEEN 31 AND 115"),
        ("nation has the 25 names at keys 0 to 24 with their regions", """
            SELECT count(*) FROM (VALUES (0, 'ALGERIA', 0), (1, 'ARGENTINA', 1), (2, 'BRAZIL', 1), (3, 'CANADA', 1), (4,
              'EGYPT', 4),
              (5, 'ETHIOPIA', 0), (6, 'FRANCE', 3), (7, 'GERMANY', 3), (8, 'INDIA', 2), (9, 'INDONESIA', 2), (10, 'IRAN', 4),
              (11, 'IRAQ', 4), (12, 'JAPAN', 2), (13, 'JORDAN', 4), (14, 'KENYA', 0), (15, 'MOROCCO', 0), (16, 'MOZAMBIQUE', 0),
              (17, 'PERU', 1), (18, 'CHINA', 2), (19, 'ROMANIA', 3), (20, 'SAUDI ARABIA', 4), (21, 'VIETNAM', 2), (22, 'RUSSIA',
              3),
              (23, 'UNITED KINGDOM', 3), (24, 'UNITED STATES', 1)) said(key, name, region)
            FULL JOIN nation ON n_nationkey = key AND n_name = name AND n_regionkey = region WHERE key IS NULL OR n_nationkey IS
              NULL
            """),
        ("n_comment has 31 to 114 characters", "SELECT count(*) FROM nation WHERE length(n_comment) NOT BETWEEN 31 AND 114"),

        ("supplier has 10,000 rows per scale factor", "SELECT abs(count(*) - 10000 * getvariable('sf')) FROM supplier"),
        ("s_suppkey is dense from 1", """
            SELECT abs(max(s_suppkey) - count(DISTINCT s_suppkey)) + abs(min(s_suppkey) - 1) FROM supplier
            """),
        ("s_name carries the key", """
            SELECT count(*) FROM supplier WHERE s_name <> 'Supplier#' || lpad(s_suppkey::VARCHAR, 9, '0')
            """),
        ("s_address is a v-string of 10 to 40", """
            SELECT count(*) FROM supplier WHERE NOT regexp_full_match(s_address, '[0-9a-zA-Z, ]{10,40}')
            """),
        ("s_nationkey is a nation's", "SELECT count(*) FROM supplier ANTI JOIN nation ON s_nationkey = n_nationkey"),
        ("s_phone begins with the nation's key plus 10", """
            SELECT count(*) FROM supplier WHERE NOT regexp_full_match(s_phone, '\d\d-[1-9]\d\d-[1-9]\d\d-[1-9]\d\d\d')
            OR left(s_phone, 2)::INT <> s_nationkey + 10
            """),
        ("s_acctbal lies within -999.99 and 9,999.99", """
            SELECT count(*) FROM supplier WHERE s_acctbal NOT BETWEEN -999.99 AND 9999.99
            """),
        ("s_comment has 25 to 100 characters", "SELECT count(*) FROM supplier WHERE length(s_comment) NOT BETWEEN 25 AND 100"),
        ("five suppliers per scale factor, but at least one, have complaints", """
            SELECT abs(count(*) - greatest(1, floor(5 * getvariable('sf')))) FROM supplier WHERE s_comment LIKE
              '%Customer%Complaints%'
            """),
        ("as many are recommended", """
            SELECT abs(count(*) - greatest(1, floor(5 * getvariable('sf')))) FROM supplier WHERE s_comment LIKE
              '%Customer%Recommends%'
            """),

        ("part has 200,000 rows per scale factor", "SELECT abs(count(*) - 200000 * getvariable('sf')) FROM part"),
        ("p_partkey is dense from 1", """
            SELECT abs(max(p_partkey) - count(DISTINCT p_partkey)) + abs(min(p_partkey) - 1) FROM part
            """),
        ("p_name is five different words", """
            SELECT count(*) FROM part WHERE len(list_distinct(string_split(p_name, ' '))) <> 5 OR len(string_split(p_name, ' '))
              <> 5
            """),
        ("p_name uses 92 words", """
            SELECT abs(count(DISTINCT word) - 92) FROM (SELECT unnest(string_split(p_name, ' ')) AS word FROM part)
            """),
        ("p_mfgr is one of five", "SELECT count(*) FROM part WHERE NOT regexp_full_match(p_mfgr, 'Manufacturer#[1-5]')"),
        ("p_brand carries the manufacturer's digit", """
            SELECT count(*) FROM part WHERE NOT regexp_full_match(p_brand, 'Brand#[1-5][1-5]') OR p_brand[7] <> right(p_mfgr, 1)
            """),
        ("p_type is one of 150, each of three syllables", """
            SELECT abs(150 - count(DISTINCT p_type)) + count(*) FILTER (NOT regexp_full_match(p_type,
              '(STANDARD|SMALL|MEDIUM|LARGE|ECONOMY|'
            'PROMO) (ANODIZED|BURNISHED|PLATED|POLISHED|BRUSHED) (TIN|NICKEL|BRASS|STEEL|COPPER)')) FROM part
            """),
        ("p_size lies within 1 and 50", """
            SELECT abs(50 - count(DISTINCT p_size)) + count(*) FILTER (p_size NOT BETWEEN 1 AND 50) FROM part
            """),
        ("p_container is one of 40, each of two syllables", """
            SELECT abs(40 - count(DISTINCT p_container)) + count(*) FILTER (NOT regexp_full_match(p_container,
            '(SM|LG|MED|JUMBO|WRAP) (CASE|BOX|BAG|JAR|PKG|PACK|CAN|DRUM)')) FROM part
            """),
        ("p_retailprice follows from the key", """
            SELECT count(*) FROM part WHERE (p_retailprice * 100)::BIGINT <> 90000 + ((p_partkey // 10) % 20001) + 100 *
              (p_partkey % 1000)
            """),
        ("p_comment has 5 to 22 characters", "SELECT count(*) FROM part WHERE length(p_comment) NOT BETWEEN 5 AND 22"),

        ("every part has its four suppliers, by the formula", """
            SELECT count(*) FROM (
              SELECT p_partkey, list_sort(list(ps_suppkey)) AS held,
                list_sort([(p_partkey + i * (s // 4 + (p_partkey - 1) // s)) % s + 1 FOR i IN range(4)]) AS said
              FROM part LEFT JOIN partsupp ON p_partkey = ps_partkey CROSS JOIN (SELECT count(*) AS s FROM supplier) GROUP BY
              p_partkey, s)
            WHERE held IS DISTINCT FROM said
            """),
        ("partsupp has no row without part or supplier", """
            SELECT (SELECT count(*) FROM partsupp ANTI JOIN part ON p_partkey = ps_partkey)
              + (SELECT count(*) FROM partsupp ANTI JOIN supplier ON s_suppkey = ps_suppkey)
            """),
        ("ps_availqty lies within 1 and 9,999", "SELECT count(*) FROM partsupp WHERE ps_availqty NOT BETWEEN 1 AND 9999"),
        ("ps_supplycost lies within 1.00 and 1,000.00", """
            SELECT count(*) FROM partsupp WHERE ps_supplycost NOT BETWEEN 1 AND 1000
            """),
        ("ps_comment has 49 to 198 characters", "SELECT count(*) FROM partsupp WHERE length(ps_comment) NOT BETWEEN 49 AND 198"),

        ("customer has 150,000 rows per scale factor", "SELECT abs(count(*) - 150000 * getvariable('sf')) FROM customer"),
        ("c_custkey is dense from 1", """
            SELECT abs(max(c_custkey) - count(DISTINCT c_custkey)) + abs(min(c_custkey) - 1) FROM customer
            """),
        ("c_name carries the key", """
            SELECT count(*) FROM customer WHERE c_name <> 'Customer#' || lpad(c_custkey::VARCHAR, 9, '0')
            """),
        ("c_address is a v-string of 10 to 40", """
            SELECT count(*) FROM customer WHERE NOT regexp_full_match(c_address, '[0-9a-zA-Z, ]{10,40}')
            """),
        ("v-strings have at least 64 symbols", """
            SELECT greatest(0, 64 - count(DISTINCT symbol)) FROM (SELECT unnest(string_split(c_address, '')) AS symbol FROM
              customer)
            """),
        ("c_nationkey is one of all nations", """
            SELECT (SELECT count(*) FROM customer ANTI JOIN nation ON c_nationkey = n_nationkey)
              + (SELECT count(*) FROM nation ANTI JOIN customer ON c_nationkey = n_nationkey)
            """),
        ("c_phone begins with the nation's key plus 10", """
            SELECT count(*) FROM customer WHERE NOT regexp_full_match(c_phone, '\d\d-[1-9]\d\d-[1-9]\d\d-[1-9]\d\d\d')
            OR left(c_phone, 2)::INT <> c_nationkey + 10
            """),
        ("c_acctbal lies within -999.99 and 9,999.99", """
            SELECT count(*) FROM customer WHERE c_acctbal NOT BETWEEN -999.99 AND 9999.99
            """),
        ("c_mktsegment is one of five", """
            SELECT abs(5 - count(DISTINCT c_mktsegment)) + count(*) FILTER (c_mktsegment NOT IN
            ('AUTOMOBILE', 'BUILDING', 'FURNITURE', 'HOUSEHOLD', 'MACHINERY')) FROM customer
            """),
        ("c_comment has 29 to 116 characters", "SELECT count(*) FROM customer WHERE length(c_comment) NOT BETWEEN 29 AND 116"),

        ("orders has 1,500,000 rows per scale factor", "SELECT abs(count(*) - 1500000 * getvariable('sf')) FROM orders"),
        ("o_orderkey takes the first 8 of each 32 up to four times the rows", """
            SELECT count(*) - count(DISTINCT o_orderkey) + count(*) FILTER (o_orderkey % 32 >= 8) + abs(max(o_orderkey) - 4 *
              count(*))
            FROM orders
            """),
        ("o_custkey is a customer's, never a multiple of three, and all others order", """
            SELECT count(*) FILTER (o_custkey % 3 = 0) + (SELECT count(*) FROM orders ANTI JOIN customer ON c_custkey = o_custkey)
              + (SELECT count(*) FROM (FROM customer WHERE c_custkey % 3 <> 0) ANTI JOIN orders ON c_custkey = o_custkey) FROM
              orders
            """),
        ("o_orderstatus follows from its lines", """
            SELECT count(*) FROM (SELECT o_orderkey, any_value(o_orderstatus) AS held, CASE WHEN bool_and(l_linestatus = 'F')
              THEN 'F'
              WHEN bool_and(l_linestatus = 'O') THEN 'O' ELSE 'P' END AS said
              FROM orders LEFT JOIN lineitem ON l_orderkey = o_orderkey GROUP BY o_orderkey) WHERE held <> said
            """),
        ("o_totalprice is its lines' prices with tax and discount, to the nearest cent", """
            SELECT count(*) FROM (SELECT o_orderkey, any_value(o_totalprice * 100)::BIGINT * 10000 AS held, sum(
              (l_extendedprice * 100)::BIGINT * (100 + (l_tax * 100)::BIGINT) * (100 - (l_discount * 100)::BIGINT)) AS said
              FROM orders LEFT JOIN lineitem ON l_orderkey = o_orderkey GROUP BY o_orderkey) WHERE said IS NULL OR abs(held -
              said) > 5000
            """),
        ("o_orderdate spans 1992-01-01 to 1998-08-02", """
            SELECT abs(min(o_orderdate) - DATE '1992-01-01') + abs(max(o_orderdate) - (DATE '1998-12-31' - 151)) FROM orders
            """),
        ("o_orderpriority is one of five", """
            SELECT abs(5 - count(DISTINCT o_orderpriority)) + count(*) FILTER (o_orderpriority NOT IN
            ('1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW')) FROM orders
            """),
        ("o_clerk is one of 1,000 per scale factor", """
            SELECT count(*) FILTER (NOT regexp_full_match(o_clerk, 'Clerk#\d{9}')) + abs(max(o_clerk[7:]::INT) - 1000 *
              getvariable('sf'))
              + abs(min(o_clerk[7:]::INT) - 1) FROM orders
            """),
        ("o_shippriority is 0", "SELECT count(*) FROM orders WHERE o_shippriority <> 0"),
        ("o_comment has 19 to 78 characters", "SELECT count(*) FROM orders WHERE length(o_comment) NOT BETWEEN 19 AND 78"),

        ("every order has one to seven lines, numbered from 1", """
            SELECT count(*) FROM (SELECT o_orderkey, count(l_orderkey) AS lines, max(l_linenumber) AS last, count(DISTINCT
              l_linenumber) AS numbers
              FROM orders LEFT JOIN lineitem ON l_orderkey = o_orderkey GROUP BY o_orderkey)
            WHERE lines NOT BETWEEN 1 AND 7 OR last <> lines OR numbers <> lines
            """),
        ("lineitem has no row without order", "SELECT count(*) FROM lineitem ANTI JOIN orders ON o_orderkey = l_orderkey"),
        ("l_partkey and l_suppkey are a row of partsupp", """
            SELECT count(*) FROM lineitem ANTI JOIN partsupp ON ps_partkey = l_partkey AND ps_suppkey = l_suppkey
            """),
        ("l_quantity is a whole number within 1 and 50", """
            SELECT abs(50 - count(DISTINCT l_quantity)) + count(*) FILTER (l_quantity NOT BETWEEN 1 AND 50 OR l_quantity % 1 <>
              0) FROM lineitem
            """),
        ("l_extendedprice is the quantity times the part's price", """
            SELECT count(*) FROM lineitem JOIN part ON p_partkey = l_partkey WHERE l_extendedprice <> l_quantity * p_retailprice
            """),
        ("l_discount lies within 0.00 and 0.10", """
            SELECT abs(11 - count(DISTINCT l_discount)) + count(*) FILTER (l_discount NOT BETWEEN 0 AND 0.10) FROM lineitem
            """),
        ("l_tax lies within 0.00 and 0.08", """
            SELECT abs(9 - count(DISTINCT l_tax)) + count(*) FILTER (l_tax NOT BETWEEN 0 AND 0.08) FROM lineitem
            """),
        ("l_returnflag is N for what was received after 1995-06-17, otherwise R or A", """
            SELECT count(*) FROM lineitem WHERE (l_receiptdate > DATE '1995-06-17') <> (l_returnflag = 'N') OR l_returnflag NOT
              IN ('R', 'A', 'N')
            """),
        ("l_linestatus is O for what was shipped after 1995-06-17, otherwise F", """
            SELECT count(*) FROM lineitem WHERE (l_shipdate > DATE '1995-06-17') <> (l_linestatus = 'O') OR l_linestatus NOT IN
              ('O', 'F')
            """),
        ("l_shipdate is 1 to 121 days after the order", """
            SELECT abs(min(l_shipdate - o_orderdate) - 1) + abs(max(l_shipdate - o_orderdate) - 121)
            FROM lineitem JOIN orders ON o_orderkey = l_orderkey
            """),
        ("l_commitdate is 30 to 90 days after the order", """
            SELECT abs(min(l_commitdate - o_orderdate) - 30) + abs(max(l_commitdate - o_orderdate) - 90)
            FROM lineitem JOIN orders ON o_orderkey = l_orderkey
            """),
        ("l_receiptdate is 1 to 30 days after the shipping", """
            SELECT abs(min(l_receiptdate - l_shipdate) - 1) + abs(max(l_receiptdate - l_shipdate) - 30) FROM lineitem
            """),
        ("l_shipinstruct is one of four", """
            SELECT abs(4 - count(DISTINCT l_shipinstruct)) + count(*) FILTER (l_shipinstruct NOT IN
            ('DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN')) FROM lineitem
            """),
        ("l_shipmode is one of seven", """
            SELECT abs(7 - count(DISTINCT l_shipmode)) + count(*) FILTER (l_shipmode NOT IN
            ('REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB')) FROM lineitem
            """),
        ("l_comment has 10 to 43 characters", "SELECT count(*) FROM lineitem WHERE length(l_comment) NOT BETWEEN 10 AND 43"),
    ];
}
