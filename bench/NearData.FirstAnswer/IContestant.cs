namespace NearData.FirstAnswer;

/// <summary>Something that programs are loaded into, and run.</summary>
internal interface IContestant : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Loads an object, or finds it loaded, for the small table.</summary>
    Task LoadAsync(byte[] elf);

    /// <summary>Runs an object that was loaded, up to its whole answer.</summary>
    Task ExecuteAsync(byte[] elf);

    /// <summary>Unloads it.</summary>
    Task ForgetAsync(byte[] elf);
}
