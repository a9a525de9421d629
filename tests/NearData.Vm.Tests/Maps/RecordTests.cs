using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Packets;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Maps.MapFixture;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests.Maps;

/// <summary>Records that programs send to the host: ring buffers and perf event arrays.</summary>
public sealed unsafe class RecordTests
{
    private const int PageSize = 4096;
    private const int Output = 130;
    private const int Query = 134;

    private static readonly MapDefinition Ring = Define(MapType.RingBuffer, 0, 0, PageSize);

    [Fact]
    public void Records_of_all_sizes_come_out_as_they_went_in_lap_after_lap()
    {
        using MapSet maps = Make(Ring);
        RingBufferMap ring = (RingBufferMap)maps[0];
        Random random = new(7);
        Queue<byte[]> sent = [];
        long used = 0;
        int refused = 0;
        byte[] memory = new byte[PageSize];
        for (int step = 0; step < 20_000; step++)
        {
            byte[] record = new byte[random.Next(random.Next(2) == 0 ? 40 : 1200)];
            random.NextBytes(record);
            record.CopyTo(memory, 0);
            long answer = Send(maps, memory, record.Length);
            int length = (record.Length + 15) / 8 * 8;

            // One byte less than the ring has, as in the kernel.
            Assert.Equal(used + length < PageSize ? 0 : -11, answer);
            if (answer == 0)
            {
                sent.Enqueue(record);
                used += length;
            }
            else
            {
                refused++;
            }

            Assert.Equal(used, ring.Query(RingBufferQuestion.AvailableData));
            if (random.Next(6) == 0)
            {
                int count = sent.Count;
                Assert.Equal(count, ring.Read(bytes => Assert.True(bytes.SequenceEqual(sent.Dequeue()))));
                used = 0;
            }
        }

        Assert.InRange(refused, 100, 10_000);
    }

    [Fact]
    public void The_host_waits_for_a_busy_record_and_passes_over_a_discarded_one()
    {
        using MapSet maps = Make(Ring);
        RingBufferMap ring = (RingBufferMap)maps[0];
        List<long> seen = [];

        // Three records are reserved; the memory's bytes say in what order they end, and whether they are discarded.
        Program program = OverMemory(0,
            [.. Reserve(R6, 1), .. Reserve(R7, 2), .. Reserve(R8, 3),
                Move(R1, R7), Instruction.CallHelper(133), .. Ask(), Move(R9, R0), Move(R1, R8), Instruction.CallHelper(132), Move(R1, R6),
                Instruction.CallHelper(132), Move(R0, R9), Instruction.Exit],
            Ring);
        Assert.Equal(3 * 16, Run(program, maps, []));
        Assert.Equal(2, ring.Read(bytes => seen.Add(BitConverter.ToInt64(bytes))));
        Assert.Equal([1, 3], seen);
        Assert.Equal(0, ring.Query(RingBufferQuestion.AvailableData));
        Assert.Equal((48, 48), (ring.Query(RingBufferQuestion.ConsumerPosition), ring.Query(RingBufferQuestion.ProducerPosition)));

        static Instruction[] Ask() => [.. LoadMap(R1, 0), Move(R2, 0), Instruction.CallHelper(Query)];
    }

    [Fact]
    public void A_record_that_is_kept_or_left_or_given_back_twice_is_a_fault()
    {
        using MapSet maps = Make(Ring);
        Instruction[] end = [Move(R0, 0), Instruction.Exit];
        Instruction[] submit = [Move(R1, R6), Instruction.CallHelper(132)];
        foreach ((Instruction[] rest, FaultKind kind) in new (Instruction[], FaultKind)[]
        {
            (end, FaultKind.NotGivenBack),
            ([.. submit, .. submit, .. end], FaultKind.HelperArgument),
            ([Instruction.Alu64(AluOperation.Add, R6, 1), .. submit, .. end], FaultKind.HelperArgument),
            ([.. submit, Instruction.Load(MemorySize.Byte, R0, R6, 0), Instruction.Exit], FaultKind.OutOfBounds),
            ([Instruction.Load(MemorySize.Byte, R0, R6, 8), Instruction.Exit], FaultKind.OutOfBounds),
            ([Instruction.Load(MemorySize.Byte, R0, R6, -1), Instruction.Exit], FaultKind.OutOfBounds),
        })
        {
            Program program = OverMemory(0, [.. Reserve(R6, 1), .. rest], Ring);
            Assert.Equal(kind, Assert.Throws<ExecutionFaultException>(() => Run(program, maps, [])).Kind);
        }

        // None of them holds up those that come after.
        Assert.Equal(0, Run(OverMemory(0, [.. Reserve(R6, 5), .. submit, .. end], Ring), maps, []));
        long last = 0;
        ((RingBufferMap)maps[0]).Read(bytes => last = BitConverter.ToInt64(bytes));
        Assert.Equal(5, last);
    }

    [Theory]
    [InlineData(4088)]
    [InlineData(5000)]
    [InlineData(int.MaxValue)]
    public void A_record_as_large_as_the_ring_is_never_made(int size)
    {
        using MapSet maps = Make(Ring);
        Program program = OverMemory(0, [.. LoadMap(R1, 0), Move(R2, size), Move(R3, 0), Instruction.CallHelper(131), Instruction.Exit], Ring);
        Assert.Equal(0, Run(program, maps, []));
    }

    [Fact]
    public void Perf_events_reach_the_buffer_of_their_cpu_with_the_packets_first_bytes()
    {
        MapDefinition definition = Define(MapType.PerfEventArray, 4, 4, 4);
        using MapSet maps = Make(definition, cpus: 2);
        PerfEventArrayMap events = (PerfEventArrayMap)maps[0];
        Assert.Equal(-2, Emit(maps, index: -1, packetBytes: 0));
        events.Open(0);
        Assert.Equal(0, Emit(maps, index: -1, packetBytes: 3));
        Assert.Equal(0, Emit(maps, index: 0, packetBytes: 0));
        Assert.Equal(-14, Emit(maps, index: 0, packetBytes: 21));
        Assert.Equal(-2, Emit(maps, index: 1, packetBytes: 0));
        Assert.Equal(-7, Emit(maps, index: 4, packetBytes: 0));
        List<string> seen = [];
        Assert.Equal(2, events.Read(0, bytes => seen.Add(Convert.ToHexString(bytes))));
        Assert.Equal(["7B00000000000000" + "010203", "7B00000000000000"], seen);
        while (Emit(maps, index: 0, packetBytes: 0) == 0)
        {
        }

        Assert.Equal(1, events.Lost(0));
    }

    [Fact]
    public void A_perf_event_array_of_no_size_has_an_entry_for_each_cpu()
    {
        using MapSet maps = Make(Define(MapType.PerfEventArray, 4, 4, 0), cpus: 3);
        Assert.Equal(3, maps[0].Definition.MaxEntries);
        ((PerfEventArrayMap)maps[0]).Open(2);
        Assert.Equal(-7, Emit(maps, index: 3, packetBytes: 0));
    }

    private static long Send(MapSet maps, byte[] memory, int size)
    {
        Program program = OverMemory(PageSize,
            [Move(R2, R1), .. LoadMap(R1, 0), Move(R3, size), Move(R4, 0), Instruction.CallHelper(Output), Instruction.Exit]);
        return Run(program, maps, memory);
    }

    private static Instruction[] Reserve(Register record, int number) =>
    [
        .. LoadMap(R1, 0), Move(R2, 8), Move(R3, 0), Instruction.CallHelper(131), Move(record, R0), Move(R1, number),
        Instruction.Store(MemorySize.DoubleWord, record, 0, R1),
    ];

    // *(u64 *)(r10 - 8) = 123; perf_event_output(ctx, map, packetBytes << 32 | index, r10 - 8, 8)
    private static long Emit(MapSet maps, int index, int packetBytes)
    {
        Program program = OverMemory(0,
            [Move(R6, R1), Move(R2, 123), Instruction.Store(MemorySize.DoubleWord, R10, -8, R2), .. LoadMap(R2, 0),
                .. LoadNumber(R3, ((long)packetBytes << 32) | (uint)index), Move(R4, R10), Instruction.Alu64(AluOperation.Add, R4, -8),
                Move(R5, 8), Move(R1, R6), Instruction.CallHelper(25), Instruction.Exit]) with
        {
            Kind = ProgramKind.Xdp,
            Context = new ProgramContext.Fields(ContextLayout.XdpMd),
            Maps = maps.Maps,
        };
        byte[] packet = [1, 2, 3, .. new byte[17]];
        fixed (byte* start = packet)
        {
            XdpContext context = XdpContext.Over(start, packet.Length, headroom: 0, packet.Length);
            return (long)new Interpreter(program, maps).Run(&context);
        }
    }
}
