SELECT count(*) FILTER (l_shipmode = 'MAIL' AND is_high), count(*) FILTER (l_shipmode = 'MAIL' AND NOT is_high),
       count(*) FILTER (l_shipmode = 'SHIP' AND is_high), count(*) FILTER (l_shipmode = 'SHIP' AND NOT is_high)
FROM (SELECT o_orderkey, o_orderpriority IN ('1-URGENT', '2-HIGH') AS is_high FROM '{root}/orders/*.parquet'), '{root}/lineitem/*.parquet'
WHERE o_orderkey = l_orderkey AND l_shipmode IN ('MAIL', 'SHIP') AND l_commitdate < l_receiptdate AND l_shipdate < l_commitdate
  AND l_receiptdate >= DATE '1994-01-01' AND l_receiptdate < DATE '1995-01-01'
