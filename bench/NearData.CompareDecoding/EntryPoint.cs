namespace NearData.CompareDecoding;

/// <summary>How fast Parquet's bytes become values: bits, encodings and types, codecs. Without an argument, all of them.</summary>
internal static class EntryPoint
{
    private static readonly Dictionary<string, Action> Parts = new(StringComparer.Ordinal)
    {
        ["bits"] = BitUnpacking.Run,
        ["encodings"] = Encodings.Run,
        ["snappy"] = SnappyBlocks.Run,
    };

    private static int Main(string[] args)
    {
        string[] wanted = args.Length > 0 ? args : [.. Parts.Keys];
        if (wanted.FirstOrDefault(part => !Parts.ContainsKey(part)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no part '{unknown}'; there are {string.Join(", ", Parts.Keys)}.");
            return 2;
        }

        foreach (string part in wanted)
        {
            Parts[part]();
        }

        return 0;
    }
}
