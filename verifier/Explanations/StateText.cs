using System.Numerics;
using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>Abstract values and states as text, with the names of maps and fields.</summary>
internal sealed class StateText
{
    private readonly ProgramEnvironment _environment;

    public StateText(ProgramEnvironment environment) => _environment = environment;

    /// <summary>What a state knows of a place.</summary>
    public string Of(Location location, MachineState state) => location.In(state) switch
    {
        Value value => Of(value),
        StackSlot slot => Of(slot),
        PacketBounds => OfPacket(state),
        Decision decision => $"decided by result {_environment.Result(decision.Field).Name} at {decision.Branch}",
        _ when location.Kind == LocationKind.References => state.References.IsEmpty ? "none" : $"{state.References.Length} to give back",
        _ => "none",
    };

    public string Of(Value value) => value switch
    {
        Value.Pointer pointer => Of(pointer),
        Value.OrNull unknown => $"{Of(unknown.Target)}, or null",
        Value.Map { IsInner: false } map => $"map {_environment.Map(map.Index).Name}",
        _ => value.ToString(),
    };

    /// <summary>Everything in a state that says something, as <c>name=value</c>.</summary>
    public IEnumerable<(string Name, string Value)> All(MachineState state)
    {
        for (byte number = 0; number < Register.R10; number++)
        {
            if (state[new Register(number)] is not Value.Unusable and var value)
            {
                yield return ($"r{number}", Of(value));
            }
        }

        for (int slot = 0; slot < StackFrame.Slots; slot++)
        {
            Location location = Location.OfStack(slot, state.Depth);
            if (state.Stack[slot].Written != 0)
            {
                yield return (location.Name, Of(state.Stack[slot]));
            }
        }

        Location[] others = [new(LocationKind.Packet), new(LocationKind.References), new(LocationKind.Decision)];
        foreach (Location location in others)
        {
            if (Of(location, state) is not "none" and var told)
            {
                yield return (location.Name, told);
            }
        }
    }

    private string Of(StackSlot slot) => slot.Whole is { } whole ? Of(whole)
        : slot.Written == 0 ? "not written"
        : $"{BitOperations.PopCount(slot.Written)} of 8 bytes written";

    private string Of(Value.Pointer pointer)
    {
        if (!pointer.Offset.IsConstant)
        {
            return $"address in {Of(pointer.Region)}, offset {pointer.Offset}";
        }

        Place place = Place.At(pointer, 0, 1);
        string? field = pointer.Region.Kind switch
        {
            RegionKind.Row when _environment.FindField(place) is { Offset: 0 } access => _environment.Program.Row.Fields[access.Index].Name,
            RegionKind.Context when _environment.FindContextField(place) is { } index && _environment.ContextField(index).Offset == place.ConstantOffset =>
                _environment.ContextField(index).Name,
            _ => null,
        };
        return field is null
            ? $"address in {Of(pointer.Region)}, offset {pointer.Offset}"
            : $"address of {field} in {Of(pointer.Region)}, offset {pointer.Offset}";
    }

    private string Of(Region region) => region.Kind switch
    {
        RegionKind.MapValue => $"a value of map {_environment.Map(region.Index).Name}",
        RegionKind.InnerMapValue => $"a value of a map in {_environment.Map(region.Index).Name}",
        RegionKind.MapKey => $"a key of map {_environment.Map(region.Index).Name}",
        _ => region.ToString(),
    };

    private static string OfPacket(MachineState state)
    {
        long proven = state.Packet.Of(RegionKind.Packet, new Term.Constant(0));
        return state.Packet.IsNothing ? "none" : $"{proven} bytes from data are proven to be there{(state.Packet.Places > 1 ? ", and others" : "")}";
    }
}
