using System.Collections.Frozen;
using NearData.Isa;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;
using NearData.Vm.Interpretation;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Results;
using NearData.Vm.Packets;

namespace NearData.Vm;

/// <summary>
/// Runs any decoded program exactly as RFC 9669 says, and checks every step: it needs no proof, and is the oracle that compiled
/// code is held against. Whatever a program does, a call ends with r0 or an <see cref="ExecutionFaultException"/>. Pointers
/// are virtual, so that runs repeat exactly. Not thread-safe; calls allocate nothing.
/// </summary>
public sealed unsafe class Interpreter
{
    /// <summary>Instructions of one call where the caller says nothing: the most that the kernel's verifier looks at.</summary>
    public const long DefaultStepLimit = 1_000_000;

    private readonly Program _program;
    private readonly MapRegions _maps;
    private readonly long _stepLimit;
    private readonly ObservedSums? _sums;
    private readonly IReadOnlyDictionary<string, Program> _others;
    private readonly CallStack _stack = new();
    private readonly ulong[] _registers = new ulong[Register.Count];
    private readonly SliceTable _slices = new();
    private StepTracer? _tracer;

    /// <param name="program">What to run; need not be verified.</param>
    /// <param name="maps">Memory for its maps; the caller's, and kept from call to call.</param>
    /// <param name="stepLimit">Instructions that one call may execute.</param>
    /// <param name="others">The programs over the same maps that tail calls can go on in, by name; null for none.</param>
    public Interpreter(
        Program program, MapSet maps, long stepLimit = DefaultStepLimit, IReadOnlyDictionary<string, Program>? others = null)
        : this(program, maps, stepLimit, sums: null) => _others = others ?? FrozenDictionary<string, Program>.Empty;

    internal Interpreter(Program program, MapSet maps, long stepLimit, ObservedSums? sums)
    {
        _others = FrozenDictionary<string, Program>.Empty;
        _program = program;
        _maps = new MapRegions(maps);
        _stepLimit = stepLimit;
        _sums = sums;
    }

    /// <summary>Shown each instruction before it runs; null where nobody looks.</summary>
    internal StepObserver? Observer { get; set; }

    /// <summary>Tells each instruction of the calls that follow.</summary>
    /// <param name="types">The object's types, which names are found in.</param>
    /// <param name="sink">Gets each instruction after it was executed; null to tell no more.</param>
    public void Trace(BtfTypes types, TraceSink? sink)
    {
        _tracer = sink is null ? null : new StepTracer(_program, types, _others, sink);
        Observer = sink is null ? null : _tracer!.Look;
    }

    /// <summary>Runs a memory program once, with maps of its own.</summary>
    /// <param name="program">What to run; need not be verified.</param>
    /// <param name="memory">What r1 points to; r2 holds its length.</param>
    /// <param name="stepLimit">Instructions that the call may execute.</param>
    /// <returns>r0.</returns>
    /// <exception cref="ExecutionFaultException">The program did what it may not.</exception>
    public static ulong RunMemory(Program program, Span<byte> memory, long stepLimit = DefaultStepLimit)
    {
        using MapSet maps = new(program.Maps);
        return new Interpreter(program, maps, stepLimit).Run(memory);
    }

    /// <summary>One call of a packet program.</summary>
    /// <param name="packet">The packet and its memory; helpers may move it in there.</param>
    /// <returns>r0: the verdict in its low 32 bits.</returns>
    /// <exception cref="ExecutionFaultException">The program did what it may not.</exception>
    public ulong Run(XdpContext* packet) => Run([], [], packet, Address.Of(Address.Context).Value, second: 0);

    /// <summary>One call of the program.</summary>
    /// <param name="context">A row's struct, or the memory of a memory program.</param>
    /// <returns>r0.</returns>
    /// <exception cref="ExecutionFaultException">The program did what it may not.</exception>
    public ulong Run(Span<byte> context) => Run(context, texts: []);

    /// <summary>As <see cref="Run(Span{byte})"/>, for a row with fields of text.</summary>
    internal ulong Run(Span<byte> context, ReadOnlySpan<TextValue> texts)
    {
        bool isMemory = _program.Context is ProgramContext.Memory;
        ulong first = isMemory && context.IsEmpty ? 0 : Address.Of(Address.Context).Value;
        return Run(context, texts, packet: null, first, isMemory ? (ulong)context.Length : 0);
    }

    /// <summary>One call of a program that decides whether a group is sent.</summary>
    /// <param name="map">The group map's number.</param>
    /// <param name="group">The group's number.</param>
    /// <returns>r0.</returns>
    /// <exception cref="ExecutionFaultException">The program did what it may not.</exception>
    internal ulong Run(int map, long group)
    {
        GroupMap groups = (GroupMap)_maps[map];
        groups.Key(group).CopyTo(_stack.Keys);
        return Run([], [], packet: null, Address.Of(Address.FirstKey).Value, Address.Of(Address.FirstValues + map, groups.OffsetOf(groups.Value(group))).Value);
    }

    private ulong Run(Span<byte> context, ReadOnlySpan<TextValue> texts, XdpContext* packet, ulong first, ulong second)
    {
        Array.Clear(_registers);
        _registers[Register.R1] = first;
        _registers[Register.R2] = second;
        _maps.Start();
        _slices.Start();

        // Helpers get the addresses of the bytes that a program points to.
        fixed (byte* _ = context)
        {
            AddressSpace memory = new(context, packet, _program.Context, _stack.Bytes, _stack.Keys, texts, _maps, _slices);
            ExecutionFaultException? kept = null;
            ulong result;
            try
            {
                _tracer?.Begin();
                result = new Machine(_program.Code, memory, _stack, _registers, _others, _sums, Observer).Run(_stepLimit);
                _tracer?.Finish(_registers, memory);
            }
            finally
            {
                kept = _maps.End();
            }

            return kept is null ? result : throw kept;
        }
    }
}
