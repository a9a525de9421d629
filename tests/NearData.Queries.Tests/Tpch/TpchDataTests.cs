using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Tables;

namespace NearData.Queries.Tests.Tpch;

public sealed partial class TpchDataTests
{
    private static readonly TpchData Small = new(new TpchScale(0.002));

    public static TheoryData<TpchTable> Tables => [.. Enum.GetValues<TpchTable>()];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Rows_do_not_depend_on_the_size_of_the_batches(TpchTable table)
    {
        string[] whole = Digests(table, TpchData.MaximumBatchRows);

        Assert.Equal(whole, Digests(table, 1));
        Assert.Equal(whole, Digests(table, 7));
        Assert.Equal(whole, Digests(table, 1000));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_has_as_many_rows_as_it_says_and_full_batches_up_to_the_last(TpchTable table)
    {
        List<int> sizes = [.. Small.Batches(table, 64).Select(batch => batch.Rows)];

        Assert.Equal(Small.RowsOf(table), sizes.Sum(size => (long)size));
        Assert.All(sizes.SkipLast(1), size => Assert.Equal(64, size));
        Assert.InRange(sizes[^1], 1, 64);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2.4, 12)]
    public void Five_suppliers_per_scale_factor_have_complaints_and_as_many_are_recommended(double scaleFactor, int expected)
    {
        int complaints = 0;
        int recommendations = 0;
        foreach (RowBatch batch in new TpchData(new TpchScale(scaleFactor)).Batches(TpchTable.Supplier, 1000))
        {
            TextBuffer comments = (TextBuffer)batch.Columns[^1];
            for (int row = 0; row < comments.Count; row++)
            {
                string comment = Encoding.ASCII.GetString(comments[row]);
                complaints += ComplaintPattern().IsMatch(comment) ? 1 : 0;
                recommendations += RecommendationPattern().IsMatch(comment) ? 1 : 0;
            }
        }

        Assert.Equal((expected, expected), (complaints, recommendations));
    }

    [Theory]
    [InlineData(TpchTable.Supplier, 10)]
    [InlineData(TpchTable.Customer, 1)]
    [InlineData(TpchTable.Part, 1)]
    [InlineData(TpchTable.PartSupp, 1)]
    [InlineData(TpchTable.Orders, 0.1)]
    [InlineData(TpchTable.LineItem, 0.1)]
    public void Filling_a_batch_again_allocates_next_to_nothing(TpchTable table, double scaleFactor)
    {
        const int More = 9;
        using IEnumerator<RowBatch> batches = new TpchData(new TpchScale(scaleFactor)).Batches(table, 10_000).GetEnumerator();
        batches.MoveNext();
        long before = GC.GetAllocatedBytesForCurrentThread();

        int more = 0;
        while (more < More && batches.MoveNext())
        {
            more++;
        }

        // The batches hold some 12 MB; a slice's enumerator is all that is made for one.
        Assert.Equal(More, more);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [GeneratedRegex("Customer.*Complaints", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ComplaintPattern();

    [GeneratedRegex("Customer.*Recommends", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecommendationPattern();

    // One digest a column over the values as they would be written.
    private static string[] Digests(TpchTable table, int rowsPerBatch)
    {
        IncrementalHash[]? hashes = null;
        foreach (RowBatch batch in Small.Batches(table, rowsPerBatch))
        {
            hashes ??= [.. batch.Columns.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))];
            for (int i = 0; i < hashes.Length; i++)
            {
                Append(hashes[i], batch.Columns[i]);
            }
        }

        return [.. hashes!.Select(hash => Convert.ToHexString(hash.GetHashAndReset()))];
    }

    private static void Append(IncrementalHash hash, ColumnBuffer column)
    {
        switch (column)
        {
            case NumberBuffer<int> numbers:
                hash.AppendData(MemoryMarshal.AsBytes(numbers.Values));
                break;
            case NumberBuffer<long> numbers:
                hash.AppendData(MemoryMarshal.AsBytes(numbers.Values));
                break;
            case TextBuffer texts:
                for (int row = 0; row < texts.Count; row++)
                {
                    hash.AppendData(texts[row]);
                    hash.AppendData("\n"u8);
                }

                break;
            default:
                throw new InvalidOperationException($"{column.GetType()} is no known kind of column.");
        }
    }
}
