using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Compilation;

/// <summary>
/// The numbers in stack and data sections that live in locals: read from the section when the method starts, written back
/// when it ends.
/// </summary>
internal sealed class Variables
{
    private readonly MethodWriter _writer;
    private readonly HoistedAddresses _addresses;
    private readonly Program _program;
    private readonly SumPlan? _sums;
    private readonly HashSet<VariableKey> _keys;
    private readonly Dictionary<VariableKey, (VariablePlace Place, LocalBuilder Local)> _places = [];
    private readonly List<FollowedSum> _followed = [];

    /// <param name="writer">The method.</param>
    /// <param name="addresses">Where sections begin.</param>
    /// <param name="finder">Knows which numbers can be locals.</param>
    /// <param name="sums">How sum fields become exact; null where the program updates none.</param>
    public Variables(MethodWriter writer, HoistedAddresses addresses, VariableFinder finder, SumPlan? sums)
    {
        _writer = writer;
        _addresses = addresses;
        _program = finder.Program;
        _sums = sums;
        _keys = finder.Find();
    }

    /// <summary>The local's place, or null where the bytes have to stay in memory.</summary>
    public Place? Find(VariableKey key)
    {
        if (!_keys.Contains(key))
        {
            return null;
        }

        if (!_places.TryGetValue(key, out var found))
        {
            if (key.Target == AccessTarget.MapValue)
            {
                _addresses.FirstValue(key.Map);
            }

            LocalBuilder local = _writer.NewNumber();
            _places[key] = found = (Create(key, local), local);
        }

        return found.Place;
    }

    /// <summary>The place of a sum that is followed in memory, as several functions update it; null for every other access.</summary>
    /// <param name="access">An access that is no local's, at a constant offset.</param>
    /// <param name="pushAddress">Pushes its address.</param>
    public Place? FindFollowed(MemoryAccess access, Action<MethodWriter> pushAddress) =>
        access.Offset is { } offset && FollowedResult(access.Target, access.Index, offset) is { } result
            ? new SumInMemoryPlace(_writer, pushAddress, result, SignOf(result))
            : null;

    /// <summary>Whether overflows of a group's sum are counted.</summary>
    public bool IsFollowed(int map, int field) => _sums?.IsFollowed(map, field) ?? false;

    public void WriteEntry()
    {
        foreach ((VariableKey key, (_, LocalBuilder local)) in InSections())
        {
            PushAddress(key);
            _writer.LoadIndirect(key.Size);
            _writer.Store(local);
        }

        _followed.ForEach(sum => sum.WriteEntry(_writer));
    }

    public void WriteExit()
    {
        foreach ((VariableKey key, (_, LocalBuilder local)) in InSections())
        {
            if (_program.Maps[key.Map].Role != MapRole.ReadOnlyData)
            {
                PushAddress(key);
                _writer.Do(OpCodes.Conv_I);
                _writer.Load(local);
                _writer.StoreIndirect(key.Size);
            }
        }

        _followed.ForEach(sum => sum.WriteExit(_writer));
    }

    private VariablePlace Create(VariableKey key, LocalBuilder local)
    {
        if (FollowedResult(key.Target, key.Map, key.Offset) is not { } result)
        {
            return new VariablePlace(local);
        }

        FollowedSum sum = new(_writer, result);
        _followed.Add(sum);
        return new SumPlace(_writer, local, sum, SignOf(result));
    }

    private NumberSign SignOf(int result) => _program.Results[result].Type.IsSigned() ? NumberSign.Signed : NumberSign.Unsigned;

    private int? FollowedResult(AccessTarget target, int map, int offset)
    {
        if (_sums is null || target != AccessTarget.MapValue || _program.Maps[map].Role != MapRole.Results)
        {
            return null;
        }

        for (int result = 0; result < _program.Results.Length; result++)
        {
            if (_program.Results[result].Offset == offset && _sums.IsFollowed(result))
            {
                return result;
            }
        }

        return null;
    }

    private IEnumerable<KeyValuePair<VariableKey, (VariablePlace Place, LocalBuilder Local)>> InSections() =>
        _places.Where(entry => entry.Key.Target == AccessTarget.MapValue);

    private void PushAddress(VariableKey key)
    {
        _writer.Load(_addresses.FirstValue(key.Map));
        _writer.AddConstant(key.Offset);
    }
}
