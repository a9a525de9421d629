using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Packets;
using static NearData.Isa.Register;
using static NearData.Vm.Tests.Maps.MapFixture;
using static NearData.Vm.Tests.Programs;

namespace NearData.Vm.Tests.Maps;

/// <summary>Maps of devices, CPUs, sockets and programs.</summary>
public sealed unsafe class TargetMapTests
{
    private const int Aborted = 0;
    private const int Pass = 2;
    private const int Redirected = 4;
    private const int Broadcast = 1 << 3;

    [Theory]
    [InlineData(MapType.DevMap)]
    [InlineData(MapType.DevMapHash)]
    [InlineData(MapType.CpuMap)]
    [InlineData(MapType.XskMap)]
    public void A_packet_goes_where_the_map_says_or_the_flags_verdict_is_returned(MapType type)
    {
        using MapSet maps = Make(Define(type, 4, 4, 4), cpus: 4);
        Assert.Equal(MapError.None, maps[0].Update(Bytes(2), Bytes(9)));
        Assert.Equal(Redirected, Redirect(maps, key: 2, flags: Pass));
        Assert.Equal(new RedirectTarget(maps[0], 2, Pass), RunContext.Current.Redirect);
        Assert.Equal(Pass, Redirect(maps, key: 1, flags: Pass));
        Assert.Null(RunContext.Current.Redirect.Map);
        Assert.Equal(Aborted, Redirect(maps, key: 100, flags: Aborted));
        Assert.Equal(Aborted, Redirect(maps, key: 2, flags: 1 << 6));
        bool isDevice = type is MapType.DevMap or MapType.DevMapHash;
        Assert.Equal(isDevice ? Redirected : Aborted, Redirect(maps, key: 100, flags: Broadcast));
    }

    [Fact]
    public void Updates_are_refused_as_the_kernel_refuses_them()
    {
        using MapSet maps = new(
            [Define(MapType.DevMap, 4, 4, 4), Define(MapType.DevMapHash, 4, 8, 1), Define(MapType.CpuMap, 4, 4, 4), Define(MapType.XskMap, 4, 4, 4)],
            cpus: 2);
        (BpfMap devices, BpfMap byKey, BpfMap cpus, BpfMap sockets) = (maps[0], maps[1], maps[2], maps[3]);
        Assert.Equal(MapError.TooBig, devices.Update(Bytes(4), Bytes(1)));
        Assert.Equal(MapError.Exists, devices.Update(Bytes(0), Bytes(1), UpdateFlags.NoExist));
        Assert.Equal(MapError.Invalid, devices.Update(Bytes(0), Bytes(1), 4));
        Assert.Equal(MapError.NoEntry, devices.Lookup(Bytes(0), new byte[4]));
        Assert.Equal(MapError.None, devices.Delete(Bytes(0)));
        Assert.Equal(MapError.Invalid, devices.Delete(Bytes(4)));
        Assert.Equal(MapError.Invalid, byKey.Update(Bytes(7), Bytes(0L)));
        Assert.Equal(MapError.None, byKey.Update(Bytes(7), Bytes(3L)));
        Assert.Equal(MapError.Exists, byKey.Update(Bytes(7), Bytes(3L), UpdateFlags.NoExist));
        Assert.Equal(MapError.TooBig, byKey.Update(Bytes(8), Bytes(3L)));
        Assert.Equal(MapError.NoDevice, cpus.Update(Bytes(2), Bytes(8)));
        Assert.Equal(MapError.Overflow, cpus.Update(Bytes(1), Bytes(16385)));
        Assert.Equal(MapError.None, cpus.Update(Bytes(1), Bytes(16384)));
        Assert.Equal(MapError.NoEntry, sockets.Update(Bytes(1), Bytes(5), UpdateFlags.Exist));
        Assert.Equal(MapError.None, sockets.Update(Bytes(1), Bytes(5), UpdateFlags.NoExist));
        Assert.Equal(MapError.Exists, sockets.Update(Bytes(1), Bytes(5), UpdateFlags.NoExist));
    }

    [Fact]
    public void A_program_array_starts_with_the_programs_that_the_object_names()
    {
        using MapSet maps = Make(Define(MapType.ProgramArray, 4, 4, 3) with { Slots = [new MapSlot(1, "next")] });
        ProgramArrayMap programs = (ProgramArrayMap)maps[0];
        Assert.Equal((null, "next", null, null), (programs.Find(0), programs.Find(1), programs.Find(2), programs.Find(uint.MaxValue)));
        Assert.Equal(MapError.TooBig, programs.Set(3, "other"));
        Assert.Equal(MapError.None, programs.Set(2, "other"));
        Assert.Equal(MapError.None, programs.Delete(Bytes(1)));
        Assert.Equal(MapError.NoEntry, programs.Delete(Bytes(1)));
        Assert.Equal((null, "other"), (programs.Find(1), programs.Find(2)));
    }

    [Fact]
    public void An_entry_that_names_no_map_is_refused()
    {
        MapDefinition inner = Define(MapType.Array, 4, 8, 4) with { Name = "inner" };
        MapMemoryException refused = Assert.Throws<MapMemoryException>(
            () => Make(Define(MapType.ArrayOfMaps, 4, 4, 2) with { Inner = inner, Slots = [new MapSlot(0, "missing")] }));
        Assert.Equal("Map map: Its entry 0 is missing, and there is no such map.", refused.Message);
    }

    private static long Redirect(MapSet maps, int key, int flags)
    {
        Program program = OverMemory(0, [.. LoadMap(R1, 0), Move(R2, key), Move(R3, flags), Instruction.CallHelper(51), Instruction.Exit]) with
        {
            Kind = ProgramKind.Xdp,
            Context = new ProgramContext.Fields(ContextLayout.XdpMd),
            Maps = maps.Maps,
        };
        byte packet = 0;
        XdpContext context = XdpContext.Over(&packet, 1, headroom: 0, 1);
        return (long)new Interpreter(program, maps).Run(&context);
    }
}
