SELECT l_returnflag, l_linestatus, (sum(l_quantity) * 100)::HUGEINT, (sum(l_extendedprice) * 100)::HUGEINT,
       (sum(l_extendedprice * (1 - l_discount)) * 10000)::HUGEINT,
       (sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) * 1000000)::HUGEINT, (sum(l_discount) * 100)::HUGEINT, count(*)
FROM '{root}/lineitem/*.parquet'
WHERE l_shipdate <= DATE '1998-09-02'
GROUP BY ALL ORDER BY 1, 2
