using System.Buffers.Binary;
using System.Text;

namespace NearData.TestSupport;

/// <summary>Packets as they come in, whole and broken: what packet programs are tried on.</summary>
public static class PacketSamples
{
    private const int Ethernet = 14;
    private const int Ipv4 = 20;
    private const byte Icmp = 1;
    private const byte Tcp = 6;
    private const byte Udp = 17;

    /// <summary>Sources of the packets, as they lie in them: 10.0.0.1 and so on.</summary>
    public static byte[][] Addresses { get; } = [.. Enumerable.Range(1, 6).Select(host => new byte[] { 10, 0, 0, (byte)host })];

    /// <summary>All samples, always the same.</summary>
    public static byte[][] All { get; } =
    [
        .. Connection(Addresses[0], Addresses[1]),
        .. Connection(Addresses[2], [192, 168, 7, 9]),
        Datagram(Addresses[1], 53, Question("www.Example.com")),
        Datagram(Addresses[2], 53, Question("localhost")),
        Datagram(Addresses[3], 53, [.. Enumerable.Repeat((byte)200, 30)]),
        Datagram(Addresses[0], 9000, Text("put 0x1f")),
        Datagram(Addresses[4], 9000, Text("get 31")),
        Datagram(Addresses[4], 9000, Text("set what?")),
        Datagram(Addresses[5], 443, new byte[300]),
        Ping(Addresses[3]),
        Tagged(Datagram(Addresses[1], 53, new byte[8]), 0x8100),
        Tagged(Tagged(Connection(Addresses[0], Addresses[5])[0], 0x8100), 0x88a8),
        Ipv6Datagram(),
        WithRest(Datagram(Addresses[2], 80, new byte[10]), 26),
        Damaged(Datagram(Addresses[0], 80, new byte[20]), Ethernet + 10),
        Damaged(Datagram(Addresses[0], 80, new byte[20]), Ethernet),
        Datagram(Addresses[1], 53, [])[..(Ethernet + Ipv4 + 4)],
        Noise(14, 1),
        Noise(64, 2),
        Noise(1000, 3),
    ];

    /// <summary>The packets of one connection: opened with options, used and closed.</summary>
    private static byte[][] Connection(byte[] from, byte[] to) =>
    [
        Segment(from, to, flags: 0x02, options: [2, 4, 0x05, 0xb4, 4, 2, 1, 3, 3, 7, 0, 0]),
        Segment(from, to, flags: 0x10, options: []),
        Segment(from, to, flags: 0x18, options: [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]),
        Segment(from, to, flags: 0x11, options: []),
        Segment(from, to, flags: 0x04, options: []),
    ];

    private static byte[] Segment(byte[] from, byte[] to, byte flags, byte[] options)
    {
        byte[] header = new byte[20];
        (header[0], header[1], header[2], header[3]) = (0x9c, 0x40, 0x01, 0xbb);
        (header[12], header[13]) = ((byte)((5 + (options.Length / 4)) << 4), flags);
        return Packet(from, to, Tcp, [.. header, .. options, .. Noise(flags, flags)]);
    }

    private static byte[] Datagram(byte[] from, int port, byte[] content)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(header, 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(8 + content.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), 0x1234);
        return Packet(from, [192, 168, 7, 9], Udp, [.. header, .. content]);
    }

    private static byte[] Ping(byte[] from) => Packet(from, [192, 168, 7, 9], Icmp, [8, 0, 0xf7, 0xff, 0, 1, 0, 1, .. Noise(32, 5)]);

    private static byte[] Packet(byte[] from, byte[] to, byte protocol, byte[] content)
    {
        byte[] header = new byte[Ipv4];
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(Ipv4 + content.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(content.Length * 37));
        (header[8], header[9]) = (64, protocol);
        from.CopyTo(header, 12);
        to.CopyTo(header, 16);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        return [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00, .. header, .. content];
    }

    private static byte[] Ipv6Datagram()
    {
        byte[] header = new byte[40];
        (header[0], header[5], header[6], header[7]) = (0x60, 8, Udp, 64);
        return [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd, .. header, 0, 1, 0, 53, 0, 8, 0, 0];
    }

    private static byte[] Tagged(byte[] packet, int protocol) =>
        [.. packet[..12], (byte)(protocol >> 8), (byte)protocol, 0, 42, .. packet[12..]];

    private static byte[] WithRest(byte[] packet, int bytes) => [.. packet, .. new byte[bytes]];

    private static byte[] Damaged(byte[] packet, int at)
    {
        packet[at] ^= 0x02;
        return packet;
    }

    private static byte[] Question(string name) =>
        [.. new byte[12], .. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0, 0, 1, 0, 1];

    private static byte[] Text(string text)
    {
        byte[] bytes = new byte[40];
        Encoding.ASCII.GetBytes(text, bytes);
        return bytes;
    }

    private static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static ushort Checksum(byte[] header)
    {
        int sum = 0;
        for (int at = 0; at < header.Length; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(at));
        }

        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }
}
