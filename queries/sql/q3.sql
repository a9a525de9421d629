SELECT l_orderkey, o_orderdate - DATE '1970-01-01', o_shippriority, (sum(l_extendedprice * (1 - l_discount)) * 10000)::HUGEINT AS revenue
FROM '{root}/customer/*.parquet', '{root}/orders/*.parquet', '{root}/lineitem/*.parquet'
WHERE c_mktsegment = 'BUILDING' AND c_custkey = o_custkey AND l_orderkey = o_orderkey
  AND o_orderdate < DATE '1995-03-15' AND l_shipdate > DATE '1995-03-15'
GROUP BY ALL ORDER BY revenue DESC, 2 LIMIT 10
