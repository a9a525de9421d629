using NearData.Vm.Maps;

namespace NearData.Vm.Vectors;

/// <summary>
/// Numbers a worker's groups in the order in which their records come. There is a place for each key that there can be, as long as those are few: the
/// combinations of codes of its texts, times the windows that its numbers were found in. A key is made, and its group looked for, once for
/// each place. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupNumbers(GroupMap map, int parts)
{
    /// <summary>The most places: their numbers stay in a core's second-level cache.</summary>
    public const int MostPlaces = 1 << 16;

    /// <summary>The number of a place of which there was no record.</summary>
    public const int Unknown = -1;

    private readonly NumberWindow[] _windows = new NumberWindow[parts];

    // What made the windows what they are, without slack.
    private readonly NumberWindow[] _seen = new NumberWindow[parts];
    private int[] _numbers = [];
    private nint[] _values = [];
    private int _texts;

    /// <summary>Places that there are.</summary>
    public int Places { get; private set; }

    /// <summary>Groups that have a number.</summary>
    public int Count { get; private set; }

    /// <summary>The number of each place's group.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>The value of a group in its map.</summary>
    public byte* Value(int number) => (byte*)_values[number];

    /// <summary>The numbers that a part of the key has places for.</summary>
    public NumberWindow Window(int part) => _windows[part];

    /// <summary>Whether there is a place for each of these keys.</summary>
    /// <param name="texts">Combinations of codes.</param>
    /// <param name="bounds">The least and the greatest number of each part.</param>
    public bool Covers(int texts, ReadOnlySpan<(long Least, long Most)> bounds)
    {
        for (int part = 0; part < bounds.Length; part++)
        {
            if (!_windows[part].Covers(bounds[part].Least, bounds[part].Most))
            {
                return false;
            }
        }

        return texts == _texts;
    }

    /// <summary>Forgets all numbers, and makes places for these keys and for those that there were places for; false where they are too many.</summary>
    /// <param name="texts">Combinations of codes.</param>
    /// <param name="bounds">The least and the greatest number of each part.</param>
    /// <param name="most">The most places.</param>
    public bool TryRestart(int texts, ReadOnlySpan<(long Least, long Most)> bounds, long most)
    {
        Span<NumberWindow> windows = stackalloc NumberWindow[bounds.Length];
        long places = texts;
        for (int part = 0; part < bounds.Length; part++)
        {
            if (_seen[part].Widened(bounds[part].Least, bounds[part].Most, most) is not { } window || places * window.Width > most)
            {
                return false;
            }

            windows[part] = window;
            places *= window.Width;
        }

        windows.CopyTo(_seen);
        for (int part = 0; part < windows.Length; part++)
        {
            long others = places / windows[part].Width;
            _windows[part] = windows[part].WithSlack(most / others);
            places = others * _windows[part].Width;
        }

        _texts = texts;
        Places = (int)places;
        Restart();
        return true;
    }

    /// <summary>Forgets all numbers; a place is another key's from now on.</summary>
    public void Restart()
    {
        if (_numbers.Length < Places)
        {
            _numbers = new int[Places];
            _values = new nint[Places];
        }

        Array.Fill(_numbers, Unknown, 0, Places);
        Count = 0;
    }

    /// <summary>Gives the group of a place that has none a number; makes the group where there is none.</summary>
    /// <param name="place">The place.</param>
    /// <param name="key">Its key.</param>
    public int Add(int place, byte* key)
    {
        byte* value = map.Lookup(key);
        _values[Count] = (nint)(value is null ? map.Add(key) : value);
        return _numbers[place] = Count++;
    }
}
