using System.Text;
using System.Text.Json;

namespace NearData.Formats.Ndjson;

/// <summary>The names that are looked for in an object, and in those within it.</summary>
internal sealed class PathNode
{
    private readonly List<PathNode> _children = [];
    private readonly byte[] _name;
    private int _expected;

    private PathNode(string name) => _name = Encoding.UTF8.GetBytes(name);

    /// <summary>Which of the columns that are read this is; -1 for none.</summary>
    public int Slot { get; private set; } = -1;

    public bool HasChildren => _children.Count > 0;

    public IReadOnlyList<PathNode> Children => _children;

    /// <summary>A tree of paths with dots; each one's place is its slot.</summary>
    public static PathNode Of(IReadOnlyList<string> paths)
    {
        PathNode root = new("");
        for (int slot = 0; slot < paths.Count; slot++)
        {
            PathNode node = root;
            foreach (string name in paths[slot].Split('.'))
            {
                node = node.Child(name);
            }

            node.Slot = slot;
        }

        return root;
    }

    /// <summary>The child with the name that a reader is at; null for none. Objects mostly have their names in one order, so the next one is asked first.</summary>
    public PathNode? Find(ref Utf8JsonReader reader)
    {
        for (int tried = 0; tried < _children.Count; tried++)
        {
            _expected = _expected == _children.Count ? 0 : _expected;
            PathNode child = _children[_expected++];
            if (reader.ValueTextEquals(child._name))
            {
                return child;
            }
        }

        return null;
    }

    private PathNode Child(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        PathNode? child = _children.Find(candidate => candidate._name.AsSpan().SequenceEqual(bytes));
        if (child is null)
        {
            child = new PathNode(name);
            _children.Add(child);
        }

        return child;
    }
}
