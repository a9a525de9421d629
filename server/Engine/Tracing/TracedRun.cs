using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Introspection;

namespace NearData.Engine.Tracing;

/// <summary>One run of a program for one record.</summary>
/// <param name="Row">The record's number in the dataset, from 0 over all files in order.</param>
/// <param name="Program">The program.</param>
/// <param name="Steps">What it executed, from its first instruction.</param>
/// <param name="StepsLeftOut">Instructions behind those.</param>
/// <param name="Result">What it returned.</param>
public sealed record TracedRun(long Row, Program Program, ImmutableArray<TraceStep> Steps, long StepsLeftOut, ulong Result);
