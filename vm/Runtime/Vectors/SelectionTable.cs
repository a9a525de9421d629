using System.Runtime.InteropServices;

namespace NearData.Vm.Vectors;

/// <summary>For each eight bits the positions of those that are set, as eight numbers of which the first count: what a mask selects.</summary>
internal static unsafe class SelectionTable
{
    /// <summary>Records that an entry tells of, and numbers that storing one writes.</summary>
    public const int Records = 8;

    /// <summary>Bytes of an entry.</summary>
    public const int EntryBytes = Records * sizeof(int);

    /// <summary>The entries. Never freed: compiled code knows the address.</summary>
    public static long Address { get; } = (long)Create();

    private static int* Create()
    {
        const int Entries = 1 << Records;
        int* table = (int*)NativeMemory.AlignedAlloc(Entries * EntryBytes, EntryBytes);
        for (int mask = 0; mask < Entries; mask++)
        {
            int count = 0;
            for (int record = 0; record < Records; record++)
            {
                table[(mask * Records) + record] = 0;
                if ((mask & (1 << record)) != 0)
                {
                    table[(mask * Records) + count++] = record;
                }
            }
        }

        return table;
    }
}
