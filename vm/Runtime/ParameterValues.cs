using System.Buffers.Binary;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm;

/// <summary>
/// The parameters of one execution: a copy of <c>.rodata</c> with the given values in their places. A parameter that its author
/// initialized keeps that value where none is given; as an object doesn't tell an initial zero from none, a parameter that
/// starts as zero must be given. With them go the maps that the host filled for the execution. Immutable once bound, so all of the execution's workers read the same one.
/// </summary>
public sealed unsafe class ParameterValues
{
    private readonly AlignedMemory? _memory;

    private ParameterValues(QueryProgram query, AlignedMemory? memory, FrozenMaps? inputs)
    {
        Query = query;
        _memory = memory;
        Inputs = inputs;
    }

    /// <summary>Whose parameters these are.</summary>
    public QueryProgram Query { get; }

    /// <summary>All bytes of <c>.rodata</c> with the parameters in their places; empty where the query has none.</summary>
    public byte[] ToArray() =>
        _memory is null ? [] : _memory.Slice(0, Query.Maps[Query.ParametersMap].ValueSize).ToArray();

    /// <summary>The maps that the host filled; null where each runner has empty ones.</summary>
    internal FrozenMaps? Inputs { get; }

    /// <summary>The first byte of <c>.rodata</c>, or null. Valid while this object is reachable.</summary>
    internal byte* ReadOnlyData => _memory is null ? null : _memory.Start;

    /// <summary>Gives each of a query's parameters its value.</summary>
    /// <param name="query">Whose parameters.</param>
    /// <param name="given">Values by parameter's name.</param>
    /// <param name="inputs">The maps that programs look things up in, the caller's, and in use as long as runners are; null for empty ones.</param>
    /// <exception cref="ParameterException">One is missing, unknown, or out of its type's range.</exception>
    public static ParameterValues Bind(QueryProgram query, IReadOnlyDictionary<string, Int128> given, FrozenMaps? inputs = null) =>
        Bind(query, ParameterValue.Of(given), inputs);

    /// <summary>As the other, with values of all types.</summary>
    public static ParameterValues Bind(QueryProgram query, IReadOnlyDictionary<string, ParameterValue> given, FrozenMaps? inputs = null)
    {
        foreach (string name in given.Keys)
        {
            if (!query.Parameters.Any(parameter => string.Equals(parameter.Name, name, StringComparison.Ordinal)))
            {
                throw new ParameterException(ParameterFault.Unknown, name, $"The program has no such parameter; it has {Names(query)}.");
            }
        }

        if (query.ParametersMap < 0)
        {
            return new ParameterValues(query, memory: null, inputs);
        }

        MapDefinition definition = query.Maps[query.ParametersMap];
        AlignedMemory memory = new(definition.ValueSize);
        definition.InitialValue.AsSpan().CopyTo(memory.Slice(0, definition.ValueSize));
        foreach (ParameterField parameter in query.Parameters)
        {
            Span<byte> place = memory.Slice(parameter.Offset, parameter.Size);
            if (given.TryGetValue(parameter.Name, out ParameterValue? value))
            {
                Write(place, parameter, value);
            }
            else if (place.IndexOfAnyExcept((byte)0) < 0)
            {
                throw new ParameterException(
                    ParameterFault.Missing, parameter.Name, $"No value is given, and the program has none; it is {Describe(parameter)}.");
            }
        }

        return new ParameterValues(query, memory, inputs);
    }

    private static void Write(Span<byte> place, ParameterField parameter, ParameterValue value)
    {
        switch (parameter.Type, value)
        {
            case (FieldType.Text, ParameterValue.Text text) when text.Bytes.Length <= place.Length:
                place.Clear();
                text.Bytes.AsSpan().CopyTo(place);
                break;
            case (FieldType.Float64, ParameterValue.Double number):
                BinaryPrimitives.WriteDoubleLittleEndian(place, number.Number);
                break;
            case (FieldType.Float64, ParameterValue.Integer number):
                BinaryPrimitives.WriteDoubleLittleEndian(place, (double)number.Number);
                break;
            case (not (FieldType.Text or FieldType.Float64), ParameterValue.Integer number)
                when number.Number >= parameter.Type.Minimum() && number.Number <= parameter.Type.Maximum():
                Span<byte> whole = stackalloc byte[16];
                BinaryPrimitives.WriteInt128LittleEndian(whole, number.Number);
                whole[..place.Length].CopyTo(place);
                break;
            default:
                throw new ParameterException(ParameterFault.OutOfRange, parameter.Name, $"{value} is out of the range of {Describe(parameter)}.");
        }
    }

    private static string Describe(ParameterField parameter) => parameter.Type switch
    {
        FieldType.Text => $"char[{parameter.Capacity}]",
        FieldType.Float64 => parameter.Type.CName(),
        FieldType type => $"{type.CName()}, [{type.Minimum()}..{type.Maximum()}]",
    };

    private static string Names(QueryProgram query) =>
        query.Parameters.IsEmpty ? "none" : string.Join(", ", query.Parameters.Select(parameter => parameter.Name));
}
