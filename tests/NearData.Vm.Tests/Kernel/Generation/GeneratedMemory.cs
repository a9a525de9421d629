namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>What generated programs are called with.</summary>
internal static class GeneratedMemory
{
    /// <summary>Random bytes; every other word is a small number instead, which meets the programs' constants more often.</summary>
    public static byte[] Make(long seed, int input)
    {
        Random random = new(HashCode(seed, input));
        byte[] memory = new byte[GeneratedProgram.MemoryLength];
        random.NextBytes(memory);
        for (int word = 0; word < memory.Length; word += 8)
        {
            if (random.Next(2) == 0)
            {
                BitConverter.TryWriteBytes(memory.AsSpan(word), (long)random.Next(-9, 70));
            }
        }

        return memory;
    }

    // Not System.HashCode, which differs from process to process.
    private static int HashCode(long seed, int input) => (int)((seed * 31) + input);
}
