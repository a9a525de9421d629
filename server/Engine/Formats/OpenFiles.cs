using NearData.Engine.Datasets;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>The files of a dataset that an execution reads, by their places among all of them.</summary>
internal sealed class OpenFiles : IDisposable
{
    private readonly Dataset _dataset;
    private readonly Dictionary<int, OpenFile> _files = [];

    /// <exception cref="DatasetChangedException">A file isn't the one any more that the dataset was described by.</exception>
    public OpenFiles(Catalog catalog, Dataset dataset, IEnumerable<int> places, IFileDevices devices)
    {
        _dataset = dataset;
        try
        {
            foreach (int place in places)
            {
                _files.Add(place, new OpenFile(catalog, dataset, dataset.Files[place], devices));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IEnumerable<IDevice> Devices => _files.Values.Select(file => file.Device);

    public OpenFile this[int place] => _files[place];

    /// <exception cref="DatasetChangedException">A file was overwritten.</exception>
    public void CheckUnchanged()
    {
        foreach (OpenFile file in _files.Values)
        {
            file.CheckUnchanged(_dataset);
        }
    }

    public void Dispose()
    {
        foreach (OpenFile file in _files.Values)
        {
            file.Dispose();
        }
    }
}
