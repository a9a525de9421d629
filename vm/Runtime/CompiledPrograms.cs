using NearData.Vm.Compilation;

namespace NearData.Vm;

/// <summary>
/// Compiled packet programs of one object, by name: what tail calls can go on in (<see cref="RunContext.Programs"/>). Filled first, then read
/// by any number of threads.
/// </summary>
public sealed class CompiledPrograms
{
    private readonly Dictionary<string, CompiledPacketProgram> _programs = new(StringComparer.Ordinal);

    /// <summary>Adds a program.</summary>
    /// <exception cref="ArgumentException">There is one of this name, or its maps are another object's.</exception>
    public void Add(CompiledPacketProgram program)
    {
        if (_programs.Values.FirstOrDefault() is { } first && first.Program.Maps != program.Program.Maps)
        {
            throw new ArgumentException($"{program.Program.Name} and {first.Program.Name} are of different objects: their maps differ.");
        }

        if (!_programs.TryAdd(program.Program.Name, program))
        {
            throw new ArgumentException($"There is a program {program.Program.Name} already.");
        }
    }

    internal SingleCall? Find(string name) => _programs.GetValueOrDefault(name)?.Call;
}
