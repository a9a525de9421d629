using NearData.Client;
using NearData.Contracts.V1;

namespace NearData.Cli;

/// <summary>Stages, their parameters and the order of groups as a user writes them.</summary>
internal static class StageText
{
    private const string Descending = ":desc";

    /// <summary>A program's file and the dataset that it runs over, from <c>FILE:DATASET</c>.</summary>
    /// <exception cref="CliException">There is no colon, or nothing on one side of it.</exception>
    public static (string File, string Dataset) Split(string stage)
    {
        int colon = stage.LastIndexOf(':');
        return colon > 0 && colon < stage.Length - 1
            ? (stage[..colon], stage[(colon + 1)..])
            : throw new CliException($"--before takes FILE:DATASET, not '{stage}'.");
    }

    /// <exception cref="CliException">A parameter is given that no program has.</exception>
    public static void CheckParameters(IEnumerable<string> given, IReadOnlyList<LoadedProgram> programs)
    {
        string[] known = [.. programs.SelectMany(program => program.Parameters).Select(parameter => parameter.Name).Distinct(StringComparer.Ordinal)];
        if (given.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new CliException($"No program has a parameter '{unknown}'; there are {(known.Length == 0 ? "none" : string.Join(", ", known))}.");
        }
    }

    /// <summary>The parameters that a program has: one name may be several programs'.</summary>
    /// <exception cref="CliException">A text is no value of its parameter's type.</exception>
    public static Dictionary<string, ParameterValue> Of(LoadedProgram program, IReadOnlyDictionary<string, string> values) => ParameterText.Parse(
        values.Where(value => program.Parameters.Any(parameter => parameter.Name == value.Key)).ToDictionary(StringComparer.Ordinal), program.Parameters);

    /// <summary>The order of each map's groups.</summary>
    /// <exception cref="CliException">A column is no map's, or of several.</exception>
    public static IEnumerable<GroupOrder> Orders(LoadedProgram program, IEnumerable<string> keys, ulong? limit)
    {
        Dictionary<string, GroupOrder> orders = new(StringComparer.Ordinal);
        GroupMap[] maps = [.. program.Groups.Where(map => !map.Frozen)];
        foreach (string key in keys)
        {
            bool isDescending = key.EndsWith(Descending, StringComparison.Ordinal);
            string name = isDescending ? key[..^Descending.Length] : key;
            (GroupMap Map, GroupColumn Column)[] found = [.. maps
                .SelectMany(map => map.Columns, (map, column) => (map, column))
                .Where(it => name == it.column.Name || name == $"{it.map.Name}.{it.column.Name}")];
            if (found is not [var (map, column)])
            {
                string known = string.Join(", ", maps.SelectMany(map => map.Columns, (map, column) => $"{map.Name}.{column.Name}"));
                throw new CliException(
                    $"--order-by '{key}' names {(found.Length == 0 ? "no column of groups" : "several columns")}; there are {(known.Length == 0 ? "none" : known)}.");
            }

            if (!orders.TryGetValue(map.Name, out GroupOrder? order))
            {
                orders.Add(map.Name, order = new GroupOrder { Map = map.Name });
            }

            order.Keys.Add(new OrderKey { Column = column.Name, Descending = isDescending });
        }

        if (limit is { } most)
        {
            foreach (GroupMap map in maps)
            {
                orders.TryAdd(map.Name, new GroupOrder { Map = map.Name });
                orders[map.Name].Limit = most;
            }
        }

        return orders.Values;
    }
}
