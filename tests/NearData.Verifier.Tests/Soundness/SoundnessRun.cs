using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Vm;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>One way to run a program over memory or a packet, each time of its own.</summary>
internal sealed class SoundnessRun
{
    private static readonly byte[] Letters = MakeLetters();

    private readonly Func<byte[], ulong>? _onMemory;
    private readonly Func<PacketMemory, ulong>? _onPacket;

    private SoundnessRun(Func<byte[], ulong>? onMemory, Func<PacketMemory, ulong>? onPacket)
    {
        _onMemory = onMemory;
        _onPacket = onPacket;
    }

    public static SoundnessRun Interpreted(VerifiedProgram verified, Interpreter interpreter) => verified.Program.Kind == ProgramKind.Xdp
        ? new(null, packet => packet.Run(interpreter))
        : verified.Program.Context is ProgramContext.Row { Layout: var layout }
        ? new(row => interpreter.Run(row, PlaceTexts(layout, row)), null)
        : new(memory => interpreter.Run(memory), null);

    public static SoundnessRun Compiled(VerifiedProgram verified, MapSet maps)
    {
        if (verified.Program.Kind == ProgramKind.Xdp)
        {
            CompiledPacketProgram packets = CompiledPacketProgram.Compile(verified);
            return new(null, packet => packet.Run(packets, maps));
        }

        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(verified);
        return new(memory => compiled.Run(memory, maps), null);
    }

    /// <summary>What a program may be called with: random bytes, and numbers small enough to meet the program's constants.</summary>
    public static byte[] AnyInput(Program program, Random random)
    {
        byte[] bytes = new byte[program.Context switch
        {
            ProgramContext.Row row => row.Layout.Size,
            ProgramContext.Memory memory => memory.Length,
            _ => random.Next(14, 120),
        }];
        random.NextBytes(bytes);
        for (int word = 0; word + sizeof(long) <= bytes.Length; word += sizeof(long))
        {
            if (random.Next(2) == 0)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(word), (long)random.Next(-9, 70));
            }
        }

        if (program.Context is ProgramContext.Row { Layout: var layout })
        {
            foreach (RowField field in layout.Fields)
            {
                KeepTruth(bytes, field.Type == FieldType.Bool ? field.Offset : null);
                KeepTruth(bytes, field.ValidityOffset);
            }
        }

        return bytes;
    }

    /// <summary>r0, and the bytes as the program left them.</summary>
    public (ulong Result, byte[] Left) Run(byte[] bytes)
    {
        if (_onPacket is not null)
        {
            using PacketMemory packet = new(bytes);
            return (_onPacket(packet), packet.MetadataAndPacket.ToArray());
        }

        byte[] memory = [.. bytes];
        return (_onMemory!(memory), memory);
    }

    public static void AssertSameArrays(MapSet one, MapSet other)
    {
        for (int map = 0; map < one.Maps.Length; map++)
        {
            for (int entry = 0; one.Maps[map].Type == MapType.Array && entry < one.Maps[map].MaxEntries; entry++)
            {
                Assert.True(one.Value(map, entry).SequenceEqual(other.Value(map, entry)), $"entry {entry} of {one.Maps[map].Name} differs");
            }
        }
    }

    private static byte[] MakeLetters()
    {
        byte[] letters = GC.AllocateArray<byte>(12, pinned: true);
        "AIR AIR RAIL"u8.CopyTo(letters);
        return letters;
    }

    /// <summary>Gives each field of text a few bytes, as many as its first byte happens to say.</summary>
    private static TextValue[] PlaceTexts(RowLayout layout, byte[] row)
    {
        RowField[] fields = [.. layout.Fields.Where(field => field.Type == FieldType.Text)];
        TextValue[] texts = new TextValue[fields.Length];
        for (int text = 0; text < texts.Length; text++)
        {
            Span<byte> place = row.AsSpan(fields[text].Offset, fields[text].Type.Size());
            texts[text] = new TextValue(place[0] % Letters.Length, Marshal.UnsafeAddrOfPinnedArrayElement(Letters, 0));
            BinaryPrimitives.WriteInt64LittleEndian(place[TextLayout.LengthOffset..], texts[text].Length);
            BinaryPrimitives.WriteUInt64LittleEndian(place[TextLayout.DataOffset..], Address.Of(Address.FirstText + text).Value);
        }

        return texts;
    }

    /// <summary>A truth value is 0 or 1.</summary>
    private static void KeepTruth(byte[] bytes, int? place)
    {
        if (place is { } offset)
        {
            bytes[offset] &= 1;
        }
    }
}
