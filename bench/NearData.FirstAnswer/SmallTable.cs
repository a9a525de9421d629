using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.FirstAnswer;

/// <summary>4 row groups of 1,000 rows with the columns of TPC-H's lineitem that the programs read.</summary>
internal static class SmallTable
{
    public const string Name = "lineitem";

    private const int Rows = 1_000;
    private const int Groups = 4;

    private static readonly string[] Modes = ["AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"];

    public static void Write(ServedFolder folder)
    {
        Random random = new(1);
        folder.Write(
            $"{Name}/a.parquet",
            [
                Money("l_quantity"), Money("l_extendedprice"), Money("l_discount"), Money("l_tax"), ParquetColumn.Date("l_shipdate"),
                ParquetColumn.Text("l_returnflag"), ParquetColumn.Text("l_linestatus"), ParquetColumn.Text("l_shipmode"),
            ],
            Rows,
            Groups,
            (writer, column) =>
            {
                switch (column)
                {
                    case 0:
                        writer.Write<long>(column, Values(() => 100L * random.Next(1, 51)));
                        break;
                    case 1:
                        writer.Write<long>(column, Values(() => random.NextInt64(90_000, 10_500_000)));
                        break;
                    case 2 or 3:
                        writer.Write<long>(column, Values(() => random.NextInt64(0, 11)));
                        break;
                    case 4:
                        writer.Write<int>(column, Values(() => random.Next(8035, 10592)));
                        break;
                    default:
                        writer.WriteBytes(column, Texts(random, column));
                        break;
                }
            });
    }

    private static ParquetColumn Money(string name) => ParquetColumn.Decimal(name, 15, 2);

    private static T[] Values<T>(Func<T> next) => [.. Enumerable.Range(0, Rows).Select(_ => next())];

    private static ByteArrayBatch Texts(Random random, int column)
    {
        string[] choice = column switch { 5 => ["A", "N", "R"], 6 => ["F", "O"], _ => Modes };
        ByteArrayBatch texts = new();
        for (int row = 0; row < Rows; row++)
        {
            texts.Add(choice[random.Next(choice.Length)]);
        }

        return texts;
    }
}
