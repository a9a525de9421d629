using NearData.Vm.Packets;

namespace NearData.Cli;

/// <summary>Packets as users give them.</summary>
internal static class PacketText
{
    /// <summary>A packet in memory of its own; the caller's to dispose.</summary>
    /// <exception cref="CliException">It is too long.</exception>
    public static PacketMemory MemoryOf(byte[] bytes) => bytes.Length <= PacketMemory.LongestPacket
        ? new PacketMemory(bytes)
        : throw new CliException($"A packet has at most {PacketMemory.LongestPacket} bytes, not {bytes.Length}.");
}
