using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Verifier.Flow;

/// <summary>What a function may do to its callers' world, itself or through what it calls.</summary>
[Flags]
internal enum FunctionReach
{
    None = 0,

    /// <summary>The packet may have moved behind it.</summary>
    MovesPacket = 1,

    /// <summary>It may go on in another program, and not come back.</summary>
    MakesTailCalls = 2,

    /// <summary>It may read or update results or groups.</summary>
    TouchesResults = 4,
}

/// <summary>
/// Which functions lead to which through calls and callbacks, whatever is known of values: every call that could be reached counts. Immutable.
/// </summary>
internal sealed class CallGraph
{
    private readonly HashSet<int>[] _callees;
    private readonly int[] _frames;
    private readonly FunctionReach[] _reach;

    /// <param name="program">Its structure is sound.</param>
    /// <param name="functions">Its functions.</param>
    /// <param name="mostFrames">Functions that can be active together.</param>
    public CallGraph(Program program, Functions functions, int mostFrames)
    {
        _callees = new HashSet<int>[functions.Count];
        _frames = new int[functions.Count];
        _reach = new FunctionReach[functions.Count];
        for (int function = 0; function < functions.Count; function++)
        {
            _callees[function] = [];
            _frames[function] = 1;
            Read(program, functions, function);
        }

        // What is known after so many rounds of calls that are as many functions deep. Whatever is deeper, or leads to itself, has too many frames.
        for (int round = 0; round < mostFrames; round++)
        {
            for (int function = 0; function < functions.Count; function++)
            {
                foreach (int callee in _callees[function])
                {
                    _frames[function] = int.Max(_frames[function], int.Min(_frames[callee] + 1, mostFrames + 1));
                    _reach[function] |= _reach[callee];
                }
            }
        }
    }

    /// <summary>Functions that can be active together from this one on, itself included; one more than are allowed for any greater number.</summary>
    public int Frames(int function) => _frames[function];

    /// <summary>What it may do; known of functions with no more frames than are allowed.</summary>
    public FunctionReach Reach(int function) => _reach[function];

    private void Read(Program program, Functions functions, int function)
    {
        int limit = functions[function].Start + functions[function].Length;
        for (int slot = functions[function].Start; slot < limit; slot += program.Code[slot].IsWide ? 2 : 1)
        {
            Instruction instruction = program.Code[slot];
            bool isFunction = instruction is { IsWide: true, WideKind: WideImmediateKind.Function }
                || (instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Local);
            if (isFunction)
            {
                _callees[function].Add(functions.IndexOf(slot + 1 + instruction.Immediate));
            }
            else
            {
                _reach[function] |= ReachOf(program, instruction);
            }
        }
    }

    private static FunctionReach ReachOf(Program program, Instruction instruction)
    {
        if (instruction is { IsWide: true, WideKind: WideImmediateKind.Map or WideImmediateKind.MapValue })
        {
            bool isResult = (uint)instruction.Immediate < (uint)program.Maps.Length
                && program.Maps[instruction.Immediate] is { Role: MapRole.Results } or { Type: MapType.Groups };
            return isResult ? FunctionReach.TouchesResults : FunctionReach.None;
        }

        return !instruction.IsCall || (CallKind)instruction.Source.Number != CallKind.Helper || HelperTable.Find(instruction.Immediate) is not { } helper
            ? FunctionReach.None
            : (helper.Packet == PacketEffect.Moves ? FunctionReach.MovesPacket : FunctionReach.None)
                | (ControlHelpers.IsTailCall(instruction) ? FunctionReach.MakesTailCalls | FunctionReach.MovesPacket : FunctionReach.None);
    }
}
