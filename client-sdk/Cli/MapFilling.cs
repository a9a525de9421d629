using NearData.Client;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Vm.Maps;

namespace NearData.Cli;

/// <summary>Fills maps from files before a run, at a node or here.</summary>
internal static class MapFilling
{
    /// <exception cref="CliException">There is no such map, or a file has no entries of it.</exception>
    public static async Task FillAsync(LoadedProgram program, IReadOnlyList<MapFile> files, CancellationToken cancellation)
    {
        if (files.Count == 0)
        {
            return;
        }

        IReadOnlyList<ProgramMap> maps = await program.ListMapsAsync(cancellation);
        foreach (MapFile file in files)
        {
            ProgramMap map = MapTarget.Find(file.Map, maps);
            await map.UpdateAsync(file.Parse(map.Format, cpus: 1).Select(entry => KeyValuePair.Create(entry.Key, entry.Value)), cancellationToken: cancellation);
        }
    }

    /// <exception cref="CliException">There is no such map, a file has no entries of it, or the map doesn't take one.</exception>
    public static void Fill(MapSet maps, IReadOnlyList<MapFile> files, BtfTypes types)
    {
        foreach (MapFile file in files)
        {
            int index = maps.Maps.IndexOf(maps.Maps.FirstOrDefault(map => map.Name == file.Map)!);
            if (index < 0)
            {
                throw new CliException($"There is no map '{file.Map}'; the program has {string.Join(", ", maps.Maps.Select(map => map.Name))}.");
            }

            foreach (MapEntry entry in file.Parse(new MapEntryFormat(maps.Maps[index], types), cpus: 1))
            {
                if (maps[index].Update(entry.Key, entry.Value) is not MapError.None and var refused)
                {
                    throw new CliException($"Map '{file.Map}' doesn't take key {Convert.ToHexStringLower(entry.Key)} of '{file.Path}': {refused.KernelName()}.");
                }
            }
        }
    }
}
