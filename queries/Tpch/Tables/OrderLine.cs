namespace NearData.Queries.Tpch.Tables;

/// <summary>What an order's own columns take from one of its lines.</summary>
/// <param name="Part">L_PARTKEY.</param>
/// <param name="Quantity">L_QUANTITY, whole pieces.</param>
/// <param name="Discount">L_DISCOUNT in hundredths.</param>
/// <param name="Tax">L_TAX in hundredths.</param>
/// <param name="ShipDate">L_SHIPDATE in days since 1970-01-01.</param>
internal readonly record struct OrderLine(long Part, int Quantity, int Discount, int Tax, int ShipDate)
{
    /// <summary>L_EXTENDEDPRICE in cents.</summary>
    public long ExtendedPrice => Quantity * TpchScale.RetailPrice(Part);

    /// <summary>What the line adds to O_TOTALPRICE, in ten-thousandths of a cent: exact.</summary>
    public long Charge => ExtendedPrice * (100 + Tax) * (100 - Discount);

    /// <summary>Whether L_LINESTATUS is 'O', not 'F'.</summary>
    public bool IsOpen => ShipDate > TpchCalendar.Current;
}
