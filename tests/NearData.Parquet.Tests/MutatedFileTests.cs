using NearData.TestSupport;
using Xunit.Abstractions;

namespace NearData.Parquet.Tests;

/// <summary>
/// Files that are changed where it matters end in a typed error or in values, soon and in bounded memory. <c>NEARDATA_LONG=1</c> runs
/// ten million of them instead of fifty thousand; what fails is named by its seed.
/// </summary>
public sealed class MutatedFileTests(ITestOutputHelper output)
{
    /// <summary>What one reading may allocate, in bytes: buffers of a constant size per column, and pages.</summary>
    private const long AllocationLimit = 16 << 20;

    /// <summary>
    /// Bytes of a page that a few bytes may rightly claim with these codecs, whose blocks repeat without end: that much is allocated
    /// before it is found out, up to the limit for a page of which there are two in a chunk.
    /// </summary>
    private const long ExpandingLimit = 600L << 20;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1";

    public static TheoryData<string> Files()
    {
        TheoryData<string> files = [];
        foreach (Codec codec in Enum.GetValues<Codec>().Except([Codec.Lzo]))
        {
            foreach (ValueEncoding encoding in Enum.GetValues<ValueEncoding>())
            {
                files.Add($"{codec} {encoding}");
            }
        }

        foreach (string shared in new[]
        {
            "nulls.snappy", "datapage_v2.snappy", "delta_binary_packed", "delta_length_byte_array", "delta_encoding_required_column", "lz4_raw_compressed",
            "data_index_bloom_encoding_stats", "rle_boolean_encoding", "fixed_length_decimal", "alltypes_dictionary", "byte_stream_split.zstd",
        })
        {
            files.Add(shared);
        }

        return files;
    }

    [TheoryNeeding(Needs.SharedData)]
    [MemberData(nameof(Files))]
    public void A_changed_file_reads_or_is_refused(string name)
    {
        byte[] right = Right(name);
        Assert.Equal(0, HostileReading.Refusals(right));
        FileMutator mutator = new(right);
        int seed = IsLong ? Environment.TickCount : 20_261_121;
        int rounds = (IsLong ? 10_000_000 : 50_000) / Files().Count;
        output.WriteLine($"{name}: seed {seed}, {rounds} rounds");
        long limit = name.Contains("zstd", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Brotli", StringComparison.Ordinal) ? ExpandingLimit : AllocationLimit + 8 * right.Length;
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] changed = mutator.Next(new Random(unchecked(seed + round * 7919)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                refused += HostileReading.Refusals(changed) > 0 ? 1 : 0;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Assert.Fail($"{name}, seed {seed}, round {round}: {error}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < limit, $"{name}, seed {seed}, round {round}: {allocated} bytes were allocated.");
        }

        Assert.InRange(refused, rounds / 10, rounds);
    }

    private static byte[] Right(string name)
    {
        string[] parts = name.Split(' ');
        if (parts.Length == 1)
        {
            return File.ReadAllBytes(Path.Combine(Ground.Shared, "parquet-testing", $"{name}.parquet"));
        }

        ValueEncoding encoding = Enum.Parse<ValueEncoding>(parts[1]);
        return MemoryFile.Write(new ParquetWriterOptions
        {
            Codec = Enum.Parse<Codec>(parts[0]),
            ValueEncoding = encoding,
            Dictionary = encoding == ValueEncoding.Plain ? DictionaryUse.WhereSmaller : DictionaryUse.Never,
            DataPageVersion = encoding is ValueEncoding.Plain or ValueEncoding.Delta ? DataPageVersion.V1 : DataPageVersion.V2,
            DataPageRows = 25,
            HasPageIndexes = encoding == ValueEncoding.Delta,
            BloomFilters = encoding == ValueEncoding.Delta ? new HashSet<string> { "id", "name" } : [],
        });
    }
}
