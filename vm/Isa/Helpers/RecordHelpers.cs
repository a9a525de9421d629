using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Helpers that send records to the host.</summary>
public static class RecordHelpers
{
    /// <summary>(context, map, flags, data, its size): 0 or a negative error.</summary>
    public static readonly HelperSignature PerfEventOutput = new(
        25,
        "bpf_perf_event_output",
        [ArgumentKind.Context, ArgumentKind.Map, ArgumentKind.Scalar, ArgumentKind.Memory, ArgumentKind.SizeOrZero],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 50)
    {
        MapTypes = [MapType.PerfEventArray],
    };

    /// <summary>(map, data, its size, flags): 0 or a negative error.</summary>
    public static readonly HelperSignature Output = OfRing(
        130, "bpf_ringbuf_output", ReturnKind.Scalar, ArgumentKind.Map, ArgumentKind.Memory, ArgumentKind.SizeOrZero, ArgumentKind.Scalar);

    /// <summary>(map, size, flags): room for a record, or 0.</summary>
    public static readonly HelperSignature Reserve = OfRing(
        131, "bpf_ringbuf_reserve", ReturnKind.RingRecordOrNull, ArgumentKind.Map, ArgumentKind.ConstantScalar, ArgumentKind.Scalar);

    /// <summary>(record, flags): gives a reserved record to the host.</summary>
    public static readonly HelperSignature Submit = Returning(132, "bpf_ringbuf_submit");

    /// <summary>(record, flags): gives a reserved record back, never to be seen.</summary>
    public static readonly HelperSignature Discard = Returning(133, "bpf_ringbuf_discard");

    /// <summary>(map, question): bytes not taken out, the ring's size, or a position.</summary>
    public static readonly HelperSignature Query = OfRing(
        134, "bpf_ringbuf_query", ReturnKind.Scalar, ArgumentKind.Map, ArgumentKind.Scalar) with
    {
        Purity = HelperPurity.Varying,
    };

    public static ImmutableArray<HelperSignature> All { get; } = [PerfEventOutput, Output, Reserve, Submit, Discard, Query];

    private static HelperSignature OfRing(int number, string name, ReturnKind returns, params ImmutableArray<ArgumentKind> arguments) =>
        new(number, name, arguments, returns, HelperPurity.Effectful, Cost: 30) { MapTypes = [MapType.RingBuffer] };

    private static HelperSignature Returning(int number, string name) => new(
        number, name, [ArgumentKind.RingRecord, ArgumentKind.Scalar], ReturnKind.Nothing, HelperPurity.Effectful, Cost: 10);
}
