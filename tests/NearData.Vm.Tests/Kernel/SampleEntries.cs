using System.Buffers.Binary;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests.Kernel;

/// <summary>
/// What hashes and tries of test objects start with, the same here and in the kernel: keys that some packets have, so that lookups are
/// sometimes right.
/// </summary>
internal static class SampleEntries
{
    public static void Fill(KernelMaps kernel, params ReadOnlySpan<MapSet> ours)
    {
        for (int map = 0; map < kernel.Count; map++)
        {
            foreach ((byte[] key, byte[] value) in Entries(kernel[map].Definition))
            {
                kernel[map].Update(key, value);
                foreach (MapSet maps in ours)
                {
                    Assert.Equal(MapError.None, maps[map].Update(key, value));
                }
            }
        }
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> Entries(MapDefinition map) => map switch
    {
        { Type: MapType.Hash, KeySize: 4 } => PacketSamples.Addresses.Take(3).Select((address, index) => (address, Value(map, index))),
        { Type: MapType.Hash, KeySize: 2 } => [([0, 53], Value(map, 1))],
        { Type: MapType.LpmTrie, KeySize: 8 } =>
        [
            (Network(8, PacketSamples.Addresses[0]), Value(map, 2)),
            (Network(30, PacketSamples.Addresses[0]), Value(map, 3)),
            (Network(32, PacketSamples.Addresses[1]), Value(map, 4)),
        ],
        { Type: MapType.Array, Role: MapRole.Declared } =>
            Enumerable.Range(0, map.MaxEntries).Select(entry => (BitConverter.GetBytes(entry), Value(map, entry))),
        _ => [],
    };

    private static byte[] Network(int bits, byte[] address)
    {
        byte[] key = [0, 0, 0, 0, .. address];
        BinaryPrimitives.WriteInt32LittleEndian(key, bits);
        return key;
    }

    private static byte[] Value(MapDefinition map, int number)
    {
        byte[] value = new byte[map.ValueSize];
        value[0] = (byte)number;
        return value;
    }
}
