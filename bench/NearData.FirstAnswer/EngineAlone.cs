using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Storage;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.FirstAnswer;

/// <summary>The engine in this process, as a node has it, without the node.</summary>
internal sealed class EngineAlone : IContestant
{
    private const long Memory = 256L << 20;

    private static readonly Dictionary<string, ParameterValue> NoParameters = [];

    private readonly Catalog _catalog;
    private readonly BufferPool _pool = new(Memory);
    private readonly BufferCache _cache;
    private readonly ReactorGroup _reactors;
    private readonly Dictionary<byte[], LoadedProgram> _loaded = [];

    public EngineAlone(string root)
    {
        _catalog = new Catalog(new ServedRoot(root));
        _cache = new BufferCache(_pool, Memory / 2);
        _reactors = new ReactorGroup(new FileDevices(FileReading.PageCache, _ => { }), _pool, _cache, new ReactorOptions());
    }

    public string Name => "engine";

    public Task LoadAsync(byte[] elf)
    {
        if (!_loaded.ContainsKey(elf))
        {
            LoadedProgram program = LoadedProgram.Load(elf);
            program.Bind(_catalog.Open(SmallTable.Name));
            _loaded.Add(elf, program);
        }

        return Task.CompletedTask;
    }

    public async Task ExecuteAsync(byte[] elf)
    {
        using StagedExecution execution = new(
            _catalog, _reactors, Tenant.Anonymous, new MemoryBudget(Memory), new ExecutionStage(_loaded[elf], _catalog.Open(SmallTable.Name), NoParameters));
        await execution.RunAsync(int.MaxValue, CancellationToken.None);
    }

    public async Task ForgetAsync(byte[] elf)
    {
        _loaded.Remove(elf, out LoadedProgram? program);
        program!.Dispose();
        await Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _reactors.Dispose();
        _cache.Dispose();
        _pool.Dispose();
        return ValueTask.CompletedTask;
    }
}
