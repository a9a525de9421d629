using System.Collections;
using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>An object's maps in the kernel, in order, as libbpf would make and fill them.</summary>
public sealed class KernelMaps : IReadOnlyList<KernelMap>, IDisposable
{
    /// <summary><c>BPF_F_RDONLY_PROG</c>: programs can't store to it.</summary>
    private const uint ReadOnlyForPrograms = 1 << 7;

    private readonly List<KernelMap> _maps = [];

    private KernelMaps()
    {
    }

    public int Count => _maps.Count;

    public KernelMap this[int index] => _maps[index];

    /// <summary>The map with a name.</summary>
    public KernelMap this[string name] => _maps.Single(map => map.Definition.Name == name);

    /// <summary>
    /// Makes the maps. Data sections are arrays of one value and get their initial bytes, <c>.rodata</c> is frozen; maps of maps get
    /// the entries that name other maps of the list. Entries of program arrays are the caller's, who has the programs.
    /// </summary>
    /// <exception cref="KernelException">The kernel refused; nothing stays open.</exception>
    public static KernelMaps Create(ImmutableArray<MapDefinition> definitions, KernelBtf? btf = null)
    {
        KernelMaps maps = new();
        try
        {
            foreach (MapDefinition definition in definitions)
            {
                maps._maps.Add(Create(definition, btf));
            }

            maps.FillMapsOfMaps();
            return maps;
        }
        catch
        {
            maps.Dispose();
            throw;
        }
    }

    /// <summary>Puts a program where entries of program arrays name it.</summary>
    public void FillProgramArrays(string name, KernelProgram program)
    {
        foreach (KernelMap map in _maps.Where(map => map.Definition.Type == MapType.ProgramArray))
        {
            foreach (MapSlot slot in map.Definition.Slots.Where(slot => slot.Target == name))
            {
                map.Update(slot.Index, BitConverter.GetBytes((int)program.Handle.DangerousGetHandle()));
            }
        }
    }

    public IEnumerator<KernelMap> GetEnumerator() => _maps.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _maps.ForEach(map => map.Dispose());

    private static KernelMap Create(MapDefinition definition, KernelBtf? btf)
    {
        bool isReadOnly = definition.Role == MapRole.ReadOnlyData;
        KernelMap map = KernelMap.Create(isReadOnly ? definition with { Flags = definition.Flags | ReadOnlyForPrograms } : definition, btf);
        if (definition.Role != MapRole.Declared && !definition.InitialValue.IsDefaultOrEmpty)
        {
            byte[] value = new byte[definition.ValueSize];
            definition.InitialValue.CopyTo(value);
            map.Update(0, value);
        }

        if (isReadOnly)
        {
            map.Freeze();
        }

        return map;
    }

    private void FillMapsOfMaps()
    {
        foreach (KernelMap map in _maps.Where(map => map.Definition.Type is MapType.ArrayOfMaps or MapType.HashOfMaps))
        {
            foreach (MapSlot slot in map.Definition.Slots)
            {
                map.Update(slot.Index, Descriptor(this[slot.Target]));
            }
        }
    }

    private static byte[] Descriptor(KernelMap map) => BitConverter.GetBytes((int)map.Handle.DangerousGetHandle());
}
