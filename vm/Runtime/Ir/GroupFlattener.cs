using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Ir;

/// <summary>
/// The one call of <c>nd_group</c> that a program may make, and the calls of <c>nd_str_copy</c> that put texts into its key. Where a program looks at
/// what a copy returned, its text is taken to fit: others are left to scalar code.
/// </summary>
internal sealed class GroupFlattener(VerifiedProgram verified, IrBuilder builder)
{
    /// <summary>Bytes of a <c>struct nd_str</c>: its length, and the address of its data.</summary>
    private const int TextBytes = 16;

    private readonly HashSet<IrNode> _fitting = [];

    /// <summary>Whether some text was taken to fit that no key says of that it has to.</summary>
    public bool IsUnsaid => _fitting.Except(Group?.Key.Where(part => part.MustFit).Select(part => part.Value) ?? []).Any();

    /// <summary>The group, once the program has called for it.</summary>
    public IrGroup? Group { get; private set; }

    /// <summary>The members of the groups that the program updates; empty where it makes none.</summary>
    public ImmutableArray<ResultField> Members => MapOf(verified.Program) is { } map ? verified.Program.Maps[map].Group!.Values : [];

    /// <summary>What a call leaves in r0; null where it is none of these helpers, or not used as they are understood.</summary>
    public IrNode? Call(int slot, Instruction call, PathState state) =>
        call.Immediate == StringHelpers.Copy.Number ? Copy(slot, state)
        : call.Immediate == GroupHelpers.Group.Number ? Find(slot, state)
        : null;

    /// <summary>The first map of groups that a program makes.</summary>
    private static int? MapOf(Program program) =>
        program.Maps.FirstOrDefault(map => map.Type == MapType.Groups && !map.IsFrozenGroups) is { } map ? program.Maps.IndexOf(map) : null;

    private IrNode? Copy(int slot, PathState state)
    {
        IrNode place = state[Register.R1];
        IrNode size = state[Register.R2];
        if (place.Operation != IrOperation.StackAddress || !size.IsConstant
            || !IsPart(state[Register.R3], sizeof(ulong)) || !IsPart(state[Register.R4], 0) || state[Register.R3].Part.Index != state[Register.R4].Part.Index)
        {
            return null;
        }

        LoadedPart text = new(AccessTarget.FieldValue, state[Register.R3].Part.Index, 0, TextBytes, NumberSign.Unsigned);
        IrNode copied = builder.Intern(IrOperation.Text, number: size.Number, part: text);
        state.Store((int)place.Number, (int)size.Number, copied, builder);
        if (!verified.Facts.Instructions[slot].LiveAfter.Contains(Register.R0))
        {
            return builder.Address;
        }

        _fitting.Add(copied);
        return builder.Intern(IrOperation.TextLength, number: size.Number, part: text, range: new(0, size.Number));
    }

    private bool IsPart(IrNode node, int offset) => node.Operation == IrOperation.Column && node.Part.Target == AccessTarget.FieldValue
        && verified.Program.Row.Fields[node.Part.Index].Type == FieldType.Text && node.Part.Offset == offset && node.Part.Size == sizeof(ulong);

    private IrNode Find(int slot, PathState state)
    {
        int map = MapOf(verified.Program)!.Value;
        MapDefinition definition = verified.Program.Maps[map];
        if (Group is not null || verified.Program.Maps.Count(other => other.Type == MapType.Groups && !other.IsFrozenGroups) > 1)
        {
            throw new NotStraightException($"instruction {slot} asks for another group of a record");
        }

        ImmutableArray<IrKeyPart>? key = KeyAt(state, definition);
        Group = new IrGroup(map, key ?? throw new NotStraightException(
            $"the key that instruction {slot} looks up in {definition.Name} isn't made of texts and numbers alone"), state.Condition);
        return builder.Address;
    }

    /// <summary>The parts of the key that r2 leads to; null where they are not known, or overlap its ends.</summary>
    private ImmutableArray<IrKeyPart>? KeyAt(PathState state, MapDefinition definition)
    {
        IrNode address = state[Register.R2];
        if (address.Operation != IrOperation.StackAddress)
        {
            return null;
        }

        ImmutableArray<IrKeyPart> parts = [.. state.Stack
            .Select(entry => new IrKeyPart(entry.Key.Offset - (int)address.Number, entry.Key.Size, entry.Value, _fitting.Contains(entry.Value)))
            .Where(part => part.Offset < definition.KeySize && part.Offset + part.Size > 0)
            .OrderBy(part => part.Offset)
            .Select(Narrowed)];
        int end = 0;
        foreach (IrKeyPart part in parts)
        {
            if (part.Offset != end || part.Value.IsAddress)
            {
                return null;
            }

            end += part.Size;
        }

        return end == definition.KeySize ? parts : null;
    }

    /// <summary>Of a number as many bits as are stored, so that numbers of the same bytes are the same.</summary>
    private IrKeyPart Narrowed(IrKeyPart part) => part.TextField is not null || part.Value.IsAddress || part.Size >= sizeof(long)
        ? part
        : part with { Value = builder.SignExtend(8 * part.Size, part.Value) };
}
