using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace NearData.Vm.Vectors;

/// <summary>Vectors of one width, cut into lanes of one width, and the runtime's operations on them.</summary>
internal sealed class VectorShape
{
    private const BindingFlags Operations = BindingFlags.Public | BindingFlags.Static;

    // The runtime has hundreds of them: looking for one takes longer than compiling it.
    private static readonly ConcurrentDictionary<(Type Holder, string Name, Type Lane, int Parameters), MethodInfo> Found = new();

    private readonly Type _holder;
    private readonly Type _open;

    /// <param name="tier">The vectors' width.</param>
    /// <param name="lane">A number's type: <see cref="long"/> or <see cref="int"/>.</param>
    public VectorShape(VectorTier tier, Type lane)
    {
        (Bytes, _holder, _open) = tier switch
        {
            VectorTier.Vector512 => (64, typeof(Vector512), typeof(Vector512<>)),
            VectorTier.Vector256 => (32, typeof(Vector256), typeof(Vector256<>)),
            VectorTier.Vector128 => (16, typeof(Vector128), typeof(Vector128<>)),
            _ => throw new ArgumentException($"{tier} is no tier of vectors.", nameof(tier)),
        };
        Lane = lane;
        Tier = tier;
        LaneBytes = lane == typeof(long) ? sizeof(long) : sizeof(int);
    }

    /// <summary>The widest that this machine has instructions for.</summary>
    public static VectorTier Widest =>
        Vector512.IsHardwareAccelerated ? VectorTier.Vector512
        : Vector256.IsHardwareAccelerated ? VectorTier.Vector256
        : Vector128.IsHardwareAccelerated ? VectorTier.Vector128
        : VectorTier.Scalar;

    public VectorTier Tier { get; }

    public Type Lane { get; }

    public int LaneBytes { get; }

    /// <summary>Of one vector.</summary>
    public int Bytes { get; }

    public int Lanes => Bytes / LaneBytes;

    /// <summary>A vector of this shape.</summary>
    public Type Vector => VectorOf(Lane);

    /// <summary>The lane's type without sign.</summary>
    public Type UnsignedLane => Lane == typeof(long) ? typeof(ulong) : typeof(uint);

    /// <summary>Vectors of so many bytes, with the same lanes.</summary>
    public static VectorShape OfBytes(int bytes, Type lane) =>
        new(bytes switch { 64 => VectorTier.Vector512, 32 => VectorTier.Vector256, _ => VectorTier.Vector128 }, lane);

    public Type VectorOf(Type lane) => _open.MakeGenericType(lane);

    /// <summary>An operation for any lanes, on vectors of some lanes.</summary>
    public MethodInfo Generic(string name, Type lane, int parameters) =>
        Found.GetOrAdd((_holder, name, lane, parameters), _ => Find(name, parameters, IsVector).MakeGenericMethod(lane));

    /// <summary>A vector whose lanes all hold a number.</summary>
    public MethodInfo Create(Type lane) =>
        Found.GetOrAdd((_holder, "Create", lane, 1), _ => Find("Create", parameters: 1, type => type.IsGenericParameter).MakeGenericMethod(lane));

    /// <summary>An operation that there is for these types.</summary>
    public MethodInfo Exact(string name, params Type[] parameters) =>
        _holder.GetMethod(name, Operations, parameters) ?? throw new InvalidOperationException($"{_holder.Name} has no {name}({string.Join(", ", parameters.Select(type => type.Name))}).");

    /// <summary>The same bits as other lanes.</summary>
    public MethodInfo As(Type from, Type to) =>
        _holder.GetMethods(Operations).Single(method => method.Name == "As" && method.GetGenericArguments().Length == 2).MakeGenericMethod(from, to);

    private MethodInfo Find(string name, int parameters, Func<Type, bool> isTaken) =>
        _holder.GetMethods(Operations).Single(method =>
            method.Name == name && method.IsGenericMethodDefinition && method.GetGenericArguments().Length == 1
            && method.GetParameters() is { } taken && taken.Length == parameters && taken.All(parameter => isTaken(parameter.ParameterType)));

    private bool IsVector(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == _open;
}
