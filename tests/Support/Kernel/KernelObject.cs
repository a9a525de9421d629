using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>All programs of an object in the kernel, over one set of maps, with program arrays filled.</summary>
public sealed class KernelObject : IDisposable
{
    private readonly Dictionary<string, KernelProgram> _programs = new(StringComparer.Ordinal);

    private KernelObject(KernelMaps maps) => Maps = maps;

    public KernelMaps Maps { get; }

    /// <summary>Loads them.</summary>
    /// <exception cref="KernelException">The kernel refused; nothing stays loaded.</exception>
    public static KernelObject Load(ImmutableArray<Program> programs)
    {
        KernelObject loaded = new(KernelMaps.Create(programs[0].Maps));
        try
        {
            foreach (Program program in programs)
            {
                KernelProgram own = KernelLoader.Load(program, loaded.Maps);
                loaded._programs.Add(program.Name, own);
                loaded.Maps.FillProgramArrays(program.Name, own);
            }

            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    public KernelProgram Program(string name) => _programs[name];

    public void Dispose()
    {
        foreach (KernelProgram program in _programs.Values)
        {
            program.Dispose();
        }

        Maps.Dispose();
    }
}
