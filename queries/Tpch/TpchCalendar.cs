namespace NearData.Queries.Tpch;

/// <summary>The fixed dates of TPC-H 4.2.2.12, as days since 1970-01-01.</summary>
internal static class TpchCalendar
{
    public static readonly int Start = Day(1992, 1, 1);
    public static readonly int Current = Day(1995, 6, 17);
    public static readonly int End = Day(1998, 12, 31);

    private static int Day(int year, int month, int day) =>
        new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
