using System.Collections.Immutable;
using NearData.Client.Tests.Nodes;
using NearData.Contracts.V1;
using Kind = NearData.Contracts.V1.ColumnType.Types.Kind;
using TimeUnit = NearData.Contracts.V1.ColumnType.Types.TimeUnit;

namespace NearData.Client.Tests.Rows;

/// <summary>How far the values of random rows go.</summary>
public enum Spread
{
    /// <summary>As in a business: products of a few columns fit in 64 bits.</summary>
    Ordinary,

    /// <summary>The ends of each type, and little else.</summary>
    Extreme,
}

/// <summary>Random rows, as objects and as the table that a node serves.</summary>
internal static class Items
{
    private static readonly DateTime FirstTime = new(1992, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static ImmutableArray<Item> Random(int seed, int count, Spread spread = Spread.Ordinary)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => spread == Spread.Ordinary ? Ordinary(random) : Extreme(random))];
    }

    public static Table ToTable(this ImmutableArray<Item> items, string name = "items") => new(name,
    [
        TableColumn.Of("Id", Plain(Kind.Int32), items, item => item.Id),
        TableColumn.Of("small", Plain(Kind.Int16), items, item => item.Small),
        TableColumn.Of("tiny", Plain(Kind.Uint8), items, item => item.Tiny),
        TableColumn.Of("unsigned", Plain(Kind.Uint32), items, item => item.Unsigned),
        TableColumn.Of("big", Plain(Kind.Int64), items, item => item.Big),
        TableColumn.Of("huge", Plain(Kind.Uint64), items, item => (long)item.Huge),
        TableColumn.Of("flag", Plain(Kind.Bool), items, item => item.Flag ? 1 : 0),
        TableColumn.Of("l_price", Decimal(12, 2), items, item => (long)(item.Price * 100)),
        TableColumn.Of("discount", Decimal(3, 2), items, item => (long)(item.Discount * 100)),
        TableColumn.Of("fine_grained", Decimal(18, 6), items, item => (long)(item.FineGrained * 1_000_000)),
        TableColumn.Of("ship_date", Plain(Kind.Date), items, item => Days(item.ShipDate)),
        TableColumn.Of("created", Timestamp(TimeUnit.Microseconds), items, item => (item.Created - DateTime.UnixEpoch).Ticks / 10),
        TableColumn.Of("updated", Timestamp(TimeUnit.Milliseconds), items, item => (item.Updated - DateTime.UnixEpoch).Ticks / 10_000),
        TableColumn.Of("measured", Timestamp(TimeUnit.Nanoseconds), items, item => (item.Measured - DateTime.UnixEpoch).Ticks * 100),
        TableColumn.Of("maybe_id", Plain(Kind.Int32), items, item => item.MaybeId),
        TableColumn.Of("maybe_big", Plain(Kind.Int64), items, item => item.MaybeBig),
        TableColumn.Of("maybe_price", Decimal(12, 2), items, item => (long?)(item.MaybePrice * 100)),
        TableColumn.Of("maybe_flag", Plain(Kind.Bool), items, item => item.MaybeFlag is { } flag ? (flag ? 1 : 0) : null),
        TableColumn.Of("maybe_date", Plain(Kind.Date), items, item => item.MaybeDate is { } date ? Days(date) : null),
        TableColumn.Of("comment", Plain(Kind.String), items, _ => 0),
        TableColumn.Of("ratio", Plain(Kind.Double), items, _ => 0),
    ]);

    private static Item Ordinary(Random random) => new()
    {
        Id = random.Next(-1000, 1000),
        Small = (short)random.Next(-50, 50),
        Tiny = (byte)random.Next(0, 10),
        Unsigned = (uint)random.Next(0, 100_000),
        Big = random.NextInt64(-1_000_000, 1_000_000),
        Huge = (ulong)random.NextInt64(0, 1_000_000),
        Flag = random.Next(2) == 0,
        Price = random.Next(90_000, 10_494_950) / 100m,
        Discount = random.Next(0, 11) / 100m,
        FineGrained = random.Next(-5_000_000, 5_000_000) / 1_000_000m,
        ShipDate = new DateOnly(1992, 1, 2).AddDays(random.Next(0, 2500)),
        Created = FirstTime.AddTicks(random.NextInt64(0, 1_000_000) * 10),
        Updated = FirstTime.AddMilliseconds(random.Next(0, 100)),
        Measured = FirstTime.AddTicks(random.NextInt64(0, 1_000_000)),
        MaybeId = random.Next(3) == 0 ? null : random.Next(-20, 20),
        MaybeBig = random.Next(3) == 0 ? null : random.NextInt64(-5, 5),
        MaybePrice = random.Next(3) == 0 ? null : random.Next(0, 100_000) / 100m,
        MaybeFlag = random.Next(3) == 0 ? null : random.Next(2) == 0,
        MaybeDate = random.Next(3) == 0 ? null : new DateOnly(1992, 1, 2).AddDays(random.Next(0, 2500)),
    };

    private static Item Extreme(Random random) => new()
    {
        Id = Pick(random, int.MinValue, int.MaxValue, -1, 0, 1),
        Small = Pick(random, short.MinValue, short.MaxValue, (short)0),
        Tiny = Pick(random, byte.MinValue, byte.MaxValue),
        Unsigned = Pick(random, uint.MinValue, uint.MaxValue, (uint)int.MaxValue),
        Big = Pick(random, long.MinValue, long.MaxValue, -1, 0, 1),
        Huge = Pick(random, ulong.MinValue, ulong.MaxValue, (ulong)long.MaxValue),
        Flag = random.Next(2) == 0,
        Price = Pick(random, -9_999_999_999.99m, 9_999_999_999.99m, 0m),
        Discount = Pick(random, -9.99m, 9.99m, 0m),
        FineGrained = Pick(random, -999_999_999_999.999999m, 999_999_999_999.999999m, 0.000001m),
        ShipDate = Pick(random, DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(1970, 1, 1)),
        Created = Pick(random, DateTime.MinValue, new DateTime(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc), DateTime.UnixEpoch),
        Updated = Pick(random, DateTime.MinValue, new DateTime(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc), DateTime.UnixEpoch),
        Measured = Pick(random, DateTime.UnixEpoch, FirstTime.AddTicks(-1), FirstTime),
        MaybeId = Pick<int?>(random, null, int.MinValue, int.MaxValue, 0),
        MaybeBig = Pick<long?>(random, null, long.MinValue, long.MaxValue, 0),
        MaybePrice = Pick<decimal?>(random, null, -9_999_999_999.99m, 9_999_999_999.99m),
        MaybeFlag = Pick<bool?>(random, null, true, false),
        MaybeDate = Pick<DateOnly?>(random, null, DateOnly.MinValue, DateOnly.MaxValue),
    };

    private static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private static long Days(DateOnly date) => date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    private static ColumnType Plain(Kind kind) => new() { Kind = kind };

    private static ColumnType Decimal(uint precision, uint scale) => new() { Kind = Kind.Decimal, Precision = precision, Scale = scale };

    private static ColumnType Timestamp(TimeUnit unit) => new() { Kind = Kind.Timestamp, Unit = unit };
}
