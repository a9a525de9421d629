using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Flow;

/// <summary>Judges what a program declares of its surroundings: the proof is about these sizes and places.</summary>
internal static class Declarations
{
    public static void Check(Program program, RejectionSite site)
    {
        string? fault = Fault(program);
        if (fault is not null)
        {
            throw site.Reject(RejectionCode.InvalidProgram, 0, fault);
        }
    }

    private static string? Fault(Program program) => program.Context switch
    {
        ProgramContext.Fields when program.Kind is not (ProgramKind.Xdp or ProgramKind.SocketFilter or ProgramKind.TrafficControl or ProgramKind.Buffer) =>
            $"a {program.Kind} program isn't called with a context of fields.",
        ProgramContext.Fields fields => ContextFault(fields.Layout) ?? MapFault(program),
        _ when program.Kind is ProgramKind.Xdp or ProgramKind.SocketFilter or ProgramKind.TrafficControl or ProgramKind.Buffer =>
            $"a {program.Kind} program is called with a context of fields.",
        ProgramContext.Memory { Length: < 0 } memory => $"its memory has {memory.Length} bytes.",
        ProgramContext.Memory when program.Kind != ProgramKind.Memory => $"a {program.Kind} program is called with a row, not with memory.",
        ProgramContext.Group group when program.Kind != ProgramKind.Emit || (uint)group.Map >= (uint)program.Maps.Length
            || program.Maps[group.Map] is not { Group: not null, IsFrozenGroups: false } => $"a {program.Kind} program isn't called with groups of map {group.Map}.",
        not ProgramContext.Group when program.Kind == ProgramKind.Emit => "an Emit program is called with groups of a map.",
        ProgramContext.Row when program.Kind == ProgramKind.Memory => "a Memory program is called with memory, not with a row.",
        ProgramContext.Row row => RowFault(row.Layout) ?? MapFault(program),
        _ => MapFault(program),
    };

    private static string? ContextFault(ContextLayout context) => PlaceFault(
        [.. context.Fields.Select(field => (field.Name, (long)field.Offset, (long)field.Offset + field.Size))], context.Size, $"struct {context.Name}");

    private static string? RowFault(RowLayout row)
    {
        List<(string Name, long Start, long End)> places = [];
        foreach (RowField field in row.Fields)
        {
            places.Add((field.Name, field.Offset, (long)field.Offset + field.Type.Size()));
            if (field.ValidityOffset is { } validity)
            {
                places.Add(($"{field.Name}'s validity", validity, validity + 1L));
            }
        }

        return PlaceFault(places, row.Size, $"struct {row.Name}");
    }

    private static string? MapFault(Program program)
    {
        foreach (MapDefinition map in program.Maps)
        {
            // A map's first value can be addressed without a lookup, so that there must be one.
            if (map.ValueSize < 0 || map.KeySize < 0 || map.MaxEntries < 1)
            {
                return $"map {map.Name} has {map.MaxEntries} entries of {map.KeySize} and {map.ValueSize} bytes.";
            }
        }

        foreach (MapDefinition map in program.Maps)
        {
            if (GroupFault(map) is string fault)
            {
                return fault;
            }
        }

        ImmutableArray<MapDefinition> sections = [.. program.Maps.Where(map => map.Role == MapRole.Results)];
        if (sections.Length > 1)
        {
            return "it has more than one section of results.";
        }

        if (program.Results.FirstOrDefault(field => field.Merge == MergeRule.Sum && !field.IsWideSum && field.Type.Size() != sizeof(long)) is { } narrow)
        {
            return $"result {narrow.Name} is a sum of type {narrow.Type.CName()}; sums are 64 bits wide.";
        }

        if (program.Results.FirstOrDefault(field => field.IsUpdatedByHelpers && field.Merge is MergeRule.Or or MergeRule.And) is { } bits)
        {
            return $"result {bits.Name} of type {bits.Type.CName()} has merge {bits.Merge}.";
        }

        if (program.Results.FirstOrDefault(field => field.Offset % field.Alignment != 0) is { IsUpdatedByHelpers: true } crooked)
        {
            return $"result {crooked.Name} is at byte {crooked.Offset}, not at a multiple of {crooked.Alignment}.";
        }

        int size = sections.IsEmpty ? 0 : sections[0].ValueSize;
        return PlaceFault(
            [.. program.Results.Select(field => (field.Name, (long)field.Offset, (long)field.Offset + field.Size))], size, "the results");
    }

    private static string? GroupFault(MapDefinition map)
    {
        if (map.Group is not { } group)
        {
            return map.Type == MapType.Groups ? $"nothing is said of the values of group map {map.Name}." : null;
        }

        return map.Type != MapType.Groups ? $"map {map.Name} of type {map.Type} has no groups."
            : group.Values.FirstOrDefault(field => field.Merge == MergeRule.Sum && field.Type.Size() != sizeof(long)) is { } narrow
            ? $"member {narrow.Name} of groups of {map.Name} is a sum of type {narrow.Type.CName()}; sums are 64 bits wide."
            : PlaceFault(
                [.. group.Values.Select(field => (field.Name, (long)field.Offset, (long)field.Offset + field.Type.Size()))], map.ValueSize, $"groups of {map.Name}");
    }

    private static string? PlaceFault(List<(string Name, long Start, long End)> places, int size, string whole)
    {
        places.Sort((left, right) => left.Start.CompareTo(right.Start));
        long free = 0;
        foreach ((string name, long start, long end) in places)
        {
            if (start < free || end > size)
            {
                return $"{name} at bytes {start} to {end - 1} overlaps another field or lies outside the {size} bytes of {whole}.";
            }

            free = end;
        }

        return null;
    }
}
