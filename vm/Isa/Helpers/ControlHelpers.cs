using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Helpers that run code of the program: they are part of each engine, as calls and jumps are.</summary>
public static class ControlHelpers
{
    /// <summary>(context, program array, index): goes on in another program and never returns; where there is none, returns nothing.</summary>
    public static readonly HelperSignature TailCall = new(
        12,
        "bpf_tail_call",
        [ArgumentKind.Context, ArgumentKind.Map, ArgumentKind.Scalar],
        ReturnKind.Nothing,
        HelperPurity.Effectful,
        Cost: 20)
    {
        MapTypes = [MapType.ProgramArray],
        Kinds = [ProgramKind.Memory, ProgramKind.Xdp, ProgramKind.SocketFilter, ProgramKind.TrafficControl],
    };

    /// <summary>(map, callback, its context, flags 0): callback(map, key, value, context) until it returns 1; returns the calls made.</summary>
    public static readonly HelperSignature ForEachElement = new(
        164,
        "bpf_for_each_map_elem",
        [ArgumentKind.Map, ArgumentKind.Callback, ArgumentKind.CallbackContext, ArgumentKind.Scalar],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 20)
    {
        MapTypes = [MapType.Array, MapType.Hash, MapType.LruHash, MapType.PerCpuArray, MapType.PerCpuHash, MapType.LruPerCpuHash],
    };

    /// <summary>(times, callback, its context, flags 0): callback(index, context) until it returns 1; returns the calls made.</summary>
    public static readonly HelperSignature Loop = new(
        181,
        "bpf_loop",
        [ArgumentKind.Scalar, ArgumentKind.Callback, ArgumentKind.CallbackContext, ArgumentKind.Scalar],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 20);

    /// <summary>Whether an instruction goes on in another program, which ends the function that it is in.</summary>
    public static bool IsTailCall(Instruction instruction) =>
        instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper && instruction.Immediate == TailCall.Number;

    public static ImmutableArray<HelperSignature> All { get; } = [TailCall, ForEachElement, Loop];
}
