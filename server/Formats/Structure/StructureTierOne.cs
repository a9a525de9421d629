using System.Runtime.CompilerServices;

namespace NearData.Formats.Structure;

/// <summary>One byte at a time: what every processor has.</summary>
internal readonly struct StructureTierOne : IStructureTier
{
    public static bool IsSupported => true;

    public static BlockMasks Find(ref readonly byte bytes, byte delimiter, byte quote)
    {
        ulong delimiters = 0, quotes = 0, newlines = 0, returns = 0;
        for (int i = 0; i < 64; i++)
        {
            byte value = Unsafe.Add(ref Unsafe.AsRef(in bytes), i);
            ulong bit = 1ul << i;
            delimiters |= value == delimiter ? bit : 0;
            quotes |= value == quote && quote != 0 ? bit : 0;
            newlines |= value == '\n' ? bit : 0;
            returns |= value == '\r' ? bit : 0;
        }

        return new BlockMasks(delimiters, quotes, newlines, returns);
    }

    public static JsonMasks FindJson(ref readonly byte bytes)
    {
        ulong quotes = 0, backslashes = 0, structural = 0, controls = 0, newlines = 0;
        for (int i = 0; i < 64; i++)
        {
            byte value = Unsafe.Add(ref Unsafe.AsRef(in bytes), i);
            ulong bit = 1ul << i;
            quotes |= value == '"' ? bit : 0;
            backslashes |= value == '\\' ? bit : 0;
            structural |= value is (byte)',' or (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' ? bit : 0;
            controls |= value < ' ' ? bit : 0;
            newlines |= value == '\n' ? bit : 0;
        }

        return new JsonMasks(quotes, backslashes, structural, controls, newlines);
    }
}
