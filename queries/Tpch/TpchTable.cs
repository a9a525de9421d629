namespace NearData.Queries.Tpch;

/// <summary>The tables of TPC-H (1.2), the smaller before the larger.</summary>
public enum TpchTable
{
    Region,
    Nation,
    Supplier,
    Customer,
    Part,
    PartSupp,
    Orders,
    LineItem,
}

/// <summary>What tables are called outside of C#.</summary>
public static class TpchTableNames
{
    extension(TpchTable table)
    {
        /// <summary>The specification's name in lower case: of the table's folder, file and dataset.</summary>
        public string DatasetName => Enum.GetName(table)!.ToLowerInvariant();
    }
}
