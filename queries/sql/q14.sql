SELECT (coalesce(sum(l_extendedprice * (1 - l_discount)) FILTER (p_type LIKE 'PROMO%'), 0) * 10000)::HUGEINT,
       (sum(l_extendedprice * (1 - l_discount)) * 10000)::HUGEINT
FROM '{root}/lineitem/*.parquet', '{root}/part/*.parquet'
WHERE l_partkey = p_partkey AND l_shipdate >= DATE '1995-09-01' AND l_shipdate < DATE '1995-10-01'
