using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NearData.Vm.Vectors;

/// <summary>Makes a filter's bits the positions of the records that it kept.</summary>
internal static unsafe class MaskBits
{
    /// <summary>Bits of a word.</summary>
    public const int WordRecords = 64;

    /// <summary>Positions that may be written behind the last one that counts.</summary>
    public const int Slack = 8;

    /// <summary>Of a word's positions, those that are written whether they are there or not: more are rare where few records are kept.</summary>
    private const int Few = 4;

    private static readonly int* Table = CreateTable();

    /// <summary>Writes the positions of set bits, ascending.</summary>
    /// <param name="words">Bits of records, the first lowest; behind the last record zeros to the end of its word.</param>
    /// <param name="records">How many there are.</param>
    /// <param name="positions">Has room for as many and <see cref="Slack"/> more.</param>
    /// <returns>How many positions were written.</returns>
    public static int WritePositions(ulong* words, int records, int* positions)
    {
        int* target = positions;
        for (int first = 0; first < records; first += WordRecords)
        {
            ulong word = *words++;
            int count = BitOperations.PopCount(word);
            if (count <= Few)
            {
                WriteFew(word, first, target);
            }
            else
            {
                WriteMany(word, first, target);
            }

            target += count;
        }

        return (int)(target - positions);
    }

    private static void WriteFew(ulong word, int first, int* target)
    {
        for (int position = 0; position < Few; position++)
        {
            target[position] = first + BitOperations.TrailingZeroCount(word);
            word &= word - 1;
        }
    }

    // Eight records at a time; of the eight positions that are written, those that are kept count.
    private static void WriteMany(ulong word, int first, int* target)
    {
        for (int eight = first; eight < first + WordRecords; eight += 8, word >>= 8)
        {
            Vector256<int> positions = Vector256.Load(Table + (8 * (byte)word)) + Vector256.Create(eight);
            positions.Store(target);
            target += BitOperations.PopCount((uint)(byte)word);
        }
    }

    /// <summary>For each eight bits the positions of those that are set, as eight numbers of which the first count. Never freed.</summary>
    private static int* CreateTable()
    {
        int* table = (int*)NativeMemory.AllocZeroed(256 * 8 * sizeof(int));
        for (int mask = 0; mask < 256; mask++)
        {
            int count = 0;
            for (int record = 0; record < 8; record++)
            {
                if ((mask & (1 << record)) != 0)
                {
                    table[(8 * mask) + count++] = record;
                }
            }
        }

        return table;
    }
}
